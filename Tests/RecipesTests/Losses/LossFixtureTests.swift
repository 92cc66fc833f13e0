import Foundation
import Recipes
import Testing

/// The contents of Fixtures/losses.json, which make_loss_fixtures.py has written.
private struct LossFixtures: Decodable {
  struct Case: Decodable {
    let value: Double
    /// For the embeddings, and for what is predicted from them.
    let online: [Double], predicted: [Double]
  }

  let inputs: [String: [Double]]
  let cases: [String: Case]

  static func load() throws -> LossFixtures {
    let url = Bundle.module.url(forResource: "losses", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode(LossFixtures.self, from: Data(contentsOf: #require(url)))
  }
}

struct LossFixtureTests {
  private static let losses: [(name: String, loss: any EmbeddingLoss, groups: Pairs.Groups)] = [
    ("SupCon", SupCon(temperature: 0.2), .given([0, 0, 1, 2, 1, 0])),
    ("SupCon without groups", SupCon(temperature: 0.2), .none),
    ("SupCon without groups", NTXent(temperature: 0.2), .none),
    ("DCL", DCL(temperature: 0.2), .none),
    ("DCLW", DCL(temperature: 0.2, sigma: 0.5), .none),
    ("debiased", DebiasedNTXent(temperature: 0.5, prior: 0.3), .none),
    ("debiased without a prior", DebiasedNTXent(temperature: 0.2, prior: 0), .none),
    ("debiased without a prior", NTXent(temperature: 0.2), .none),
    ("InfoNCE", InfoNCE(queue: 16, temperature: 0.2), .none),
    ("MoCo v3", MoCoV3Loss(temperature: 0.2), .none),
    ("BYOL", BYOLLoss(), .none),
    ("SimSiam", SimSiamLoss(), .none),
    ("Barlow Twins", BarlowTwinsLoss(), .none),
    ("VICReg", VICRegLoss(), .none),
    ("alignment and uniformity", AlignmentUniformity(), .none),
    ("alignment of another power", AlignmentUniformity(alpha: 3, t: 1, weight: 0.5), .none),
    ("triplet", TripletLoss(), .none),
    ("triplet of a wide margin", TripletLoss(margin: 1.5), .none),
  ]

  @Test(arguments: losses.indices)
  func asPyTorch(index: Int) throws {
    let (name, loss, groups) = LossFixtureTests.losses[index]
    let fixtures = try LossFixtures.load()
    func rows(_ first: String, _ second: String) throws -> [Double] {
      try #require(fixtures.inputs[first]) + #require(fixtures.inputs[second])
    }
    let shape: Shape = [12, 5]
    let values = try [
      "online": rows("x", "y"), "predicted": rows("px", "py"),
      // SimSiam has no second network: its targets are the embeddings.
      "target": loss is SimSiamLoss ? rows("x", "y") : rows("tx", "ty"),
    ]
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let (online, predicted) = (graph.input("online", shape), graph.input("predicted", shape))
    let batch = Embeddings(
      online: online, predicted: predicted, target: graph.input("target", shape),
      pairs: Pairs(6, groups: groups))
    let value = loss(batch)
    let gradients = tape.gradients(of: value, for: [online, predicted])
    try graph.verify()
    let queue = try Value<Double>.real(#require(fixtures.inputs["queue"]), [16, 5])
    let interpreter = Interpreter<Double>(
      try graph.build(), inputs: values.mapValues { .real($0, shape) }, variables: ["queue": queue])

    let expected = try #require(fixtures.cases[name])
    #expect(agree(interpreter[value], [expected.value]), "\(interpreter[value]) is not \(expected.value)")
    #expect(agree(interpreter[gradients[0]], expected.online, to: 1e-11))
    #expect(agree(interpreter[gradients[1]], expected.predicted, to: 1e-11))
  }

  @Test(arguments: losses.indices)
  func passesTheGradientCheck(index: Int) throws {
    let (_, loss, groups) = LossFixtureTests.losses[index]
    var numbers: [Int]?
    if case .given(let given) = groups { numbers = given }
    func check(_ loss: some EmbeddingLoss) throws {
      try gradientCheck(loss, on: .random(12, 5), groups: numbers).verify()
    }
    try check(loss)
  }

  @Test func lossesSayWhatTheyCannotLearnFrom() {
    #expect(NTXent().warnings(Pairs(64), columns: 128).isEmpty)
    let warnings = NTXent(temperature: .linear(from: 0.1, to: 0.005)).warnings(Pairs(4), columns: 128)
    #expect(warnings.count == 2)
    #expect(warnings[0].hasPrefix("a temperature of 0.005 leaves only the nearest negative"))
    #expect(warnings[1].hasPrefix("a batch of 4 has 6 negatives for each row"))
    #expect(VICRegLoss().warnings(Pairs(8), columns: 512).count == 1)
    #expect(VICRegLoss().warnings(Pairs(256), columns: 512).isEmpty)
  }

  @Test func aQueuePutsTheNewestKeysFirst() throws {
    let graph = GraphBuilder(precision: .float64)
    let keys = graph.input("keys", [2, 1])
    let long = keys.enqueued("long", length: 5)
    _ = keys.enqueued("short", length: 1)
    let interpreter = Interpreter<Double>(
      try graph.build(), inputs: ["keys": .real([10, 20], [2, 1])],
      variables: ["long": .real([1, 2, 3, 4, 5], [5, 1]), "short": .real([7], [1, 1])])
    #expect(interpreter[long] == [1, 2, 3, 4, 5])
    #expect(interpreter.updates(of: graph) == ["long": [10, 20, 1, 2, 3], "short": [10]])
  }

  @Test func aScheduledTemperatureIsAnInputThatBeginsWhereItSays() throws {
    let graph = GraphBuilder(precision: .float64)
    let z = graph.constant([1, 0, 0, 1, 1, 0, 0, 1], [4, 2])
    let loss = NTXent(temperature: .linear(from: 0.5, to: 0.1))(z, Pairs(2))
    func value(_ inputs: [String: Value<Double>]) throws -> Double {
      Interpreter<Double>(try graph.build(), inputs: inputs)[loss][0]
    }
    #expect(try abs(value([:]) - log(1 + 2 * exp(-2))) < 1e-15)
    #expect(try abs(value(["temperature": .real([0.25], [])]) - log(1 + 2 * exp(-4))) < 1e-15)
  }
}

struct ScheduledTests {
  @Test func goesFromTheFirstToTheLast() {
    let line = Scheduled.linear(from: 1, to: 3)
    #expect([0, 2, 4, 9].map { line.value(at: $0, of: 5) } == [1, 2, 3, 3])
    let cosine = Scheduled.cosine(from: 0.99, to: 1)
    #expect([0, 50, 100].map { cosine.value(at: $0, of: 101) } == [0.99, 0.995, 1])
    #expect(Scheduled.constant(0.2).value(at: 3, of: 4) == 0.2)
    #expect(line.value(at: 0, of: 1) == 1)
  }

  @Test func warmsUpAndStays() {
    let rising = Scheduled.warmup(from: 0.04, to: 0.07, over: 0.5)
    #expect([0, 50, 75, 100].map { rising.value(at: $0, of: 101) } == [0.04, 0.07, 0.07, 0.07])
    #expect(abs(rising.value(at: 25, of: 101) - 0.055) < 1e-15)
    #expect(rising.value(at: 0, of: 1) == 0.04)
    #expect(Scheduled.warmup(from: 1, to: 3, over: 1).value(at: 2, of: 5) == 2)
    #expect(rising.description == "warmup(from: 0.04, to: 0.07, over: 0.5)")
  }

  @Test func isWrittenAsItIsSaid() {
    #expect(NTXent(temperature: 0.2).summary == "NTXent(temperature: 0.2)")
    #expect(
      NTXent(temperature: .linear(from: 0.5, to: 0.1)).summary
        == "NTXent(temperature: linear(from: 0.5, to: 0.1))")
  }
}
