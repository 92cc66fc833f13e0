import Foundation
import Recipes
import Testing

/// The part of Fixtures/losses.json about columns.
private struct ColumnFixtures: Decodable {
  struct Columns: Decodable {
    let signs: [Double], targets: [Double], known: [Double]
    let cases: [String: Case]
  }
  struct Case: Decodable {
    let value: Double
    let gradient: [Double]
  }

  let inputs: [String: [Double]]
  let columns: Columns

  static func load() throws -> ColumnFixtures {
    let url = Bundle.module.url(forResource: "losses", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode(ColumnFixtures.self, from: Data(contentsOf: #require(url)))
  }
}

struct ColumnLossTests {
  private static let names = ["a", "b", "c", "d", "e"]
  private static let losses: [(name: String, loss: any TrainingObjective)] = [
    ("sigmoid", SigmoidCrossEntropy(columns: names)),
    (
      "sigmoid with positive weights",
      SigmoidCrossEntropy(columns: names, positiveWeights: [0.5, 1, 2, 3, 0.25])
    ),
    ("squared error", MeanSquaredError(columns: names)),
  ]

  /// The value of an objective and its gradient for the output.
  private func result(
    of loss: some TrainingObjective, _ output: [Double], columns: [String], _ values: [Double],
    known: [Double]
  ) throws -> (value: Double, gradient: [Double]) {
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let shape: Shape = [values.count / columns.count, columns.count]
    let rows = graph.input("output", [shape[0], output.count / shape[0]])
    let form = BatchForm(samples: shape[0], views: 1, values: columns)
    let value = loss.loss(of: TrainingBatch(form, output: rows))
    let gradient = tape.gradients(of: value, for: [rows])[0]
    let interpreter = Interpreter<Double>(
      try graph.build(),
      inputs: [
        "output": .real(output, rows.shape), TrainingBatch.valuesInput: .real(values, shape),
        TrainingBatch.isKnownInput: .real(known, shape),
      ])
    return (interpreter[value][0], interpreter[gradient])
  }

  @Test(arguments: losses.indices) func asPyTorch(index: Int) throws {
    let (name, loss) = Self.losses[index]
    let fixtures = try ColumnFixtures.load()
    let (columns, output) = (fixtures.columns, try #require(fixtures.inputs["x"]).map { 4 * $0 })
    let values = zip(loss is MeanSquaredError ? columns.targets : columns.signs, columns.known).map(*)
    let found = try result(of: loss, output, columns: Self.names, values, known: columns.known)
    let expected = try #require(columns.cases[name])
    #expect(agree([found.value], [expected.value]), "\(found.value) is not \(expected.value)")
    #expect(agree(found.gradient, expected.gradient))
  }

  @Test(arguments: losses.indices, [1, 2]) func passesTheGradientCheck(index: Int, views: Int) throws {
    func check(_ loss: some TrainingObjective) throws {
      let report = try gradientCheck(loss, on: .random(8, 5), views: views)
      #expect(report.passes, "\(report)")
    }
    try check(Self.losses[index].loss)
  }

  /// A head that begins with zeros has logits at the kinks of both parts of the formula.
  @Test func learnsFromLogitsOfZero() throws {
    let loss = SigmoidCrossEntropy(columns: ["a", "b"])
    let found = try result(of: loss, [0, 0], columns: ["a", "b"], [1, 0], known: [1, 1])
    #expect(agree([found.value], [log(2)]) && agree(found.gradient, [-0.25, 0.25]))
  }

  /// Large logits neither overflow nor lose their gradient.
  @Test func sureRowsAreFinite() throws {
    let loss = SigmoidCrossEntropy(columns: ["a", "b"])
    let found = try result(
      of: loss, [800, -800, -800, 800], columns: ["a", "b"], [1, 1, 0, 0], known: [1, 1, 1, 1])
    #expect(agree([found.value], [400]))
    #expect(agree(found.gradient, [0, -0.25, 0, 0.25]))
  }

  /// Its parts each read their own columns of the batch, in their own order.
  @Test func twoObjectivesReadTheirOwnColumns() throws {
    let joint = JointObjective(
      SigmoidCrossEntropy(columns: ["a", "b"]), MeanSquaredError(columns: ["c", "a"]), weight: 0.5)
    #expect(joint.needs.values == ["a", "b", "c"] && joint.needs.valuesOnly && joint.predicts == .values)
    let (output, known) = ([0.5, -1, 2, 0.25], [1, 1, 1, 1, 0, 1] as [Double])
    let found = try result(of: joint, output, columns: ["a", "b", "c"], [1, 0, 7, 0, 0, -3], known: known)
    let signs = try result(
      of: joint.first, output, columns: ["a", "b"], [1, 0, 0, 0], known: [1, 1, 1, 0])
    let numbers = try result(
      of: joint.second, output, columns: ["c", "a"], [7, 1, -3, 0], known: [1, 1, 1, 1])
    #expect(agree([found.value], [signs.value + 0.5 * numbers.value]))
    let both = zip(signs.gradient, numbers.gradient).map { $0 + 0.5 * $1 }
    #expect(agree(found.gradient, both))
    try gradientCheck(joint, on: .random(6, 2)).verify()
  }

  /// Where nothing is known, nothing is learned, and nothing divided by 0.
  @Test func aBatchWithoutNumbersHasNoLoss() throws {
    let loss = MeanSquaredError(columns: ["a"])
    let found = try result(of: loss, [3, -2], columns: ["a"], [0, 0], known: [0, 0])
    #expect(found.value == 0 && found.gradient == [0, 0])
  }

  @Test func settingsThatDoNotWorkAreRefused() {
    #expect(
      SigmoidCrossEntropy(columns: []).settingErrors().map(\.description) == [
        "SigmoidCrossEntropy(columns: []): columns must be the names of one column or more, each once."
      ])
    #expect(MeanSquaredError(columns: ["a", "a"]).settingErrors().map(\.problem.setting) == ["columns"])
    let weighted = SigmoidCrossEntropy(columns: ["a", "b"], positiveWeights: [1])
    #expect(
      weighted.settingErrors().map(\.problem.requirement) == ["a number for each of the 2 columns, or none"])
    let negative = SigmoidCrossEntropy(columns: ["a", "b"], positiveWeights: [1, -1])
    #expect(negative.settingErrors().map(\.problem.requirement) == ["a finite number above 0"])
  }

  @Test func columnsThatAreNotAskedForAreRefused() throws {
    struct Quiet: TrainingObjective {
      func loss(of batch: TrainingBatch) -> Tensor { (batch.output - batch.values(of: ["age"])).mean() }
    }
    let errors = try #require(throws: GraphErrors.self) { try gradientCheck(Quiet(), on: .random(4, 1)) }
    #expect(
      errors.diagnostics.map(\.description) == [
        """
        model: The objective reads columns, but does not say that it needs them.
          expected: `values: ["age"]` among its needs
          found:    needs without columns
        """
      ])
  }

  @Test func aHeadOfOtherOutputsIsRefused() throws {
    let errors = try #require(throws: GraphErrors.self) {
      try gradientCheck(MeanSquaredError(columns: ["age", "size"]), on: .random(4, 1))
    }
    #expect(
      errors.diagnostics.map(\.description) == [
        """
        model: The head does not have an output for each column of "age", "size".
          expected: [4, 2]
          found:    [4, 1]
        """
      ])
  }
}
