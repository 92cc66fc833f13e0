import Recipes
import Testing

private struct Small: Layer {
  var body: some Layer {
    Conv2D(4, kernel: 3); BatchNorm(); ReLU()
    GlobalAveragePool()
    ProjectionHead(hidden: [6], output: 5)
  }
}

struct TrainingStepTests {
  private let pixels = numbers(8 * 5 * 5 * 3)

  private func run(_ step: TrainingStep, rate: Double, from known: [String: [Double]] = [:]) throws -> (
    loss: Double, variables: [String: [Double]]
  ) {
    let interpreter = Interpreter<Double>(
      step.graph,
      inputs: ["images": .real(pixels, [8, 5, 5, 3]), "learningRate": .real([rate], [])],
      variables: try step.graph.initialValues(replacing: known))
    return (interpreter[step.loss][0], interpreter.updates(of: step.graph))
  }

  @Test func contrastive() throws {
    let step = try TrainingStep(
      Small(), image: [5, 5, 3], pairs: Pairs(4), loss: NTXent(temperature: 0.5),
      optimizer: SGD(learningRate: 0.1), precision: .float64)
    try step.graph.verify()
    #expect(step.output.shape == [8, 5])
    #expect(step.graph.inputs.map(\.name).sorted() == ["images", "learningRate"])
    #expect(Set(step.graph.updates.map(\.variable)) == Set(step.graph.variables))

    var (loss, state) = try run(step, rate: 0.1)
    let first = loss
    for _ in 0..<20 { (loss, state) = try run(step, rate: 0.1, from: state) }
    #expect(loss < 0.8 * first)
  }

  @Test func aRateOfZeroMovesOnlyStatistics() throws {
    let step = try TrainingStep(
      Small(), image: [5, 5, 3], pairs: Pairs(4), loss: NTXent(), optimizer: LARS(learningRate: 1),
      precision: .float64)
    let (_, state) = try run(step, rate: 0)
    for variable in step.graph.variables {
      let moved = state[variable.path] != (try variable.initialValues(seed: 1))
      #expect(moved == (variable.role == .statistic), "\(variable.path)")
    }
  }

  @Test func labelsAreAnInputOfAClassifier() throws {
    let model = LayerSequence([GlobalAveragePool(), ClassificationHead(classes: 3)])
    let step = try TrainingStep(
      classifier: model, images: [4, 5, 5, 3], smoothing: 0.1, optimizer: SGD(learningRate: 0.1))
    try step.graph.verify()
    #expect(step.output.shape == [4, 3])
    #expect(step.graph.inputs.map(\.name) == ["images", "labels", "learningRate"])
    #expect(
      step.graph.variables.map(\.path) == [
        "fc.weight", "fc.bias", "fc.weight.momentum", "fc.bias.momentum",
      ])
  }

  @Test func aModelThatDoesNotEndInRowsIsAMistake() throws {
    let error = try #require(throws: GraphErrors.self) {
      _ = try TrainingStep(
        Conv2D(4, kernel: 3), image: [5, 5, 3], pairs: Pairs(4), loss: NTXent(),
        optimizer: SGD(learningRate: 0.1))
    }
    #expect(
      error.description == """
        The model has 1 error.
        model: The model does not end in one row per image.
          expected: [8, D]
          found:    [8, 5, 5, 4]
        """)
  }
}
