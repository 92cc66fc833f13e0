import Ops
import TestSupport
import Testing

@testable import Recipes

/// A batch normalization whose moments are those of all replicas.
struct SynchronizedBatchNormTests {
  /// PyTorch's results for a whole batch are those of its parts together, each computed by a replica: also of
  /// one row each, and where the mean is many deviations from 0.
  @Test(arguments: [
    ("image", 2), ("matrix", 2), ("matrix", 4), ("matrix", 8), ("offset", 2), ("offset", 4), ("point", 5),
  ])
  func partsAreTogetherWhatPyTorchMakesOfTheBatch(name: String, replicas: Int) throws {
    let tensors = try Fixtures.tensors("ops.safetensors")
    let key = "batchNormTraining/\(name)/"
    func values(_ name: String) throws -> [Double] { try tensors.doubles(key + name) }
    let shape = try tensors.tensor(named: key + "input0").shape
    let part = Shape([shape[0] / replicas] + shape.dropFirst())
    let (x, upstream) = (try values("input0"), try values("upstream"))
    let (scale, shift) = (try values("input1"), try values("input2"))
    let board = Board(ranks: replicas)
    let results = try board.onEach { rank in
      let own = rank * part.count..<(rank + 1) * part.count
      return try Part(
        of: part, x: x[own].map { Float($0) }, upstream: upstream[own].map { Float($0) },
        scale: scale.map { Float($0) }, shift: shift.map { Float($0) }, rank: rank, of: board)
    }
    try #require(results.count == replicas)
    func expect(_ found: [Float], _ name: String) throws {
      #expect(agree(found.map(Double.init), try values(name), to: 2e-5), "\(name)")
    }
    func sum(_ parts: [[Float]]) -> [Float] { parts.dropFirst().reduce(parts[0]) { zip($0, $1).map(+) } }
    try expect(results.flatMap(\.output), "output")
    try expect(results.flatMap(\.gradients[0]), "gradient0")
    try expect(sum(results.map(\.gradients[1])), "gradient1")
    try expect(sum(results.map(\.gradients[2])), "gradient2")
    for result in results {
      try expect(result.states[0], "runningMean")
      try expect(result.states[1], "runningVariance")
    }
  }

  /// What it computes of a part of a batch, with what a tape makes of it.
  private struct Part {
    let output: [Float]
    let states: [[Float]]
    let gradients: [[Float]]

    init(
      of shape: Shape, x: [Float], upstream: [Float], scale: [Float], shift: [Float], rank: Int,
      of board: Board
    ) throws {
      let graph = GraphBuilder(precision: .float32, replicas: board.ranks)
      let tape = Tape(graph)
      let input = graph.input("x", shape)
      let output = BatchNorm(synchronized: true).atRoot(input)
      let states = graph.withdrawUpdates().map(\.value)
      let trained = graph.variables.filter(\.isTrained).map { graph.read($0) }
      let gradients = tape.gradients(
        of: output, upstream: graph.input("upstream", shape), for: [input] + trained)
      let program = try Program(
        graph, outputs: [output] + states + gradients, workers: Workers(count: 1))
      var round = 0
      program.gatherReplicas { board.gather($0, into: $1, from: rank, round: &round) }
      program.set(
        inputs: ["x": .real(x, shape), "upstream": .real(upstream, shape)],
        variables: ["weight": .real(scale, [scale.count]), "bias": .real(shift, [shift.count])])
      program.setVariable("running_mean", to: [Float](repeating: 0, count: scale.count))
      program.setVariable("running_var", to: [Float](repeating: 1, count: scale.count))
      program.run()
      self.output = program.value(of: output)
      self.states = states.map { program.value(of: $0) }
      self.gradients = gradients.map { program.value(of: $0) }
    }
  }

  /// The whole batch's program is the same.
  @Test func inAWholeBatchNoBitIsAnother() throws {
    func trained(isSynchronized: Bool) throws -> Trained {
      let network = ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 4), stem: .small)
      let step = try TrainingStep(
        LayerSequence([isSynchronized ? network.synchronized() : network, Linear(4)]), image: [8, 8, 3],
        pairs: Pairs(4), loss: NTXent(), optimizer: SGD(learningRate: 0.1))
      return try Trained(by: StepProgram(StepPlan(step, workers: Workers(count: 1))), step, steps: 2)
    }
    let (with, without) = (try trained(isSynchronized: true), try trained(isSynchronized: false))
    #expect(with.losses == without.losses && Set(with.losses).count == 2)
    for (path, values) in without.weights {
      #expect(hasSameBits(with.weights[path] ?? [], values), "\(path)")
    }
  }

  @Test func itHasTheVariablesOfOneThatIsNot() {
    let layer = LayerSequence([BatchNorm(), BatchNorm(shift: false)])
    let (own, _) = graph(of: layer, on: [4, 2, 2, 3])
    let (other, _) = graph(of: layer.synchronized(), on: [4, 2, 2, 3])
    #expect(own.variables.map(\.path) == other.variables.map(\.path))
    #expect(own.nodes.count < other.nodes.count)
    let (inference, _) = graph(of: layer, on: [4, 2, 2, 3], mode: .inference)
    let (same, _) = graph(of: layer.synchronized(), on: [4, 2, 2, 3], mode: .inference)
    #expect(inference.nodes.count == same.nodes.count)
  }

  /// A frozen one reads its running statistics.
  @Test func aFrozenOneIsNotSynchronized() throws {
    let (graph, _) = graph(of: BatchNorm(synchronized: true).frozen(), on: [4, 3])
    #expect(!graph.nodes.contains { $0.operation.name == "CrossReplicaMoments" })
  }

  @Test func oneValueOfAllReplicasHasNoVariance() {
    func errors(replicas: Int, isSynchronized: Bool) -> [String] {
      let graph = GraphBuilder(precision: .float32, replicas: replicas)
      _ = BatchNorm(synchronized: isSynchronized).atRoot(graph.input("x", [1, 3]))
      return graph.diagnostics.map(\.error)
    }
    let sentence = "Batch normalization needs more than one value per channel to train on."
    #expect(errors(replicas: 1, isSynchronized: true) == [sentence])
    #expect(errors(replicas: 2, isSynchronized: false) == [sentence])
    #expect(errors(replicas: 2, isSynchronized: true) == [])
  }
}
