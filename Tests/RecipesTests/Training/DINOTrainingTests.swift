import Ops
import Testing

@testable import Recipes

/// Steps by DINO on views of two sizes, as its authors' code takes them.
struct DINOTrainingTests {
  private static let samples = 3
  private static let model = LayerSequence([
    VisionTransformer(.custom(channels: 8, depth: 2, heads: 2), patch: 4, imageSize: 16),
    DINOHead(hidden: [10, 10], bottleneck: 6, prototypes: 12),
  ])

  private static func step(
    views: [(Int, Int)] = [(2, 16), (2, 8)],
    loss: some TrainingObjective = DINOLoss(teacher: DINOFixture.teacher),
    precision: ElementType = .float64,
    optimizer: any Optimizer =
      AdamW(learningRate: 0.01, weightDecay: .cosine(from: 0.04, to: 0.4)).clipping(norm: 0.5)
  ) throws -> TrainingStep {
    try TrainingStep(
      .init(
        networks: Networks(
          model: model, predictor: nil, target: TargetNetwork(momentum: .linear(from: 0.9, to: 1))),
        objective: loss, form: BatchForm(samples: samples, views: views.reduce(0) { $0 + $1.0 }),
        optimizer: optimizer,
        images: views.map { ImageGroup(views: $0.0, image: [$0.1, $0.1, 3]) }), precision: precision)
  }

  /// Returns the layout of a variable in PyTorch, for one of the target network that of what it follows.
  private func layout(of variable: Variable, in graph: GraphBuilder) -> TorchLayout {
    TorchLayout(of: graph.variables.first { $0.path == variable.averages } ?? variable)
  }

  private func start(of variable: Variable, in graph: GraphBuilder) throws -> [Double] {
    if variable.role == .memory, variable.averages == nil { return try variable.initialValues(seed: 1) }
    let name = variable.averages ?? variable.path
    let values = FormulaTensors.values(name, variable.type.shape.count, -0.5, 0.5)
    return layout(of: variable, in: graph).fromTorch(values).map { Double($0) }
  }

  @Test func trainsAsTheAuthors() throws {
    let expected = try DINOFixture.load().training
    let step = try Self.step()
    try step.graph.verify()
    let program = try Program(step.graph, outputs: [step.loss], workers: Workers(count: 2))
    for variable in program.variables {
      program.setVariable(variable.path, to: try start(of: variable, in: step.graph))
    }
    program.setInput("learningRate", to: [0.01] as [Double])
    for (number, wanted) in expected.steps.enumerated() {
      for (views, input) in [(0..<2, "images"), (2..<4, "images2")] {
        let side = views.lowerBound == 0 ? 16 : 8
        let pixels = views.flatMap { view in
          FormulaTensors.values("view \(number) \(view)", Self.samples * side * side * 3, 0, 1)
        }
        program.setInput(input, to: pixels.map { Double($0) })
      }
      for input in step.graph.scheduledInputs {
        program.setInput(input.name, to: [input.schedule.value(at: number, of: 3)])
      }
      program.run()
      let loss: Double = program.value(of: step.loss)[0]
      #expect(abs(loss - wanted.value) < 1e-6, "\(loss) is not \(wanted.value)")
      let center = program.variable("loss.center", as: Double.self)
      #expect(agree(center, wanted.center, to: 1e-6))
    }
    let tested = step.graph.variables.filter { expected.sums[$0.path] != nil }
    #expect(tested.count == expected.sums.count)
    for variable in tested {
      let values = layout(of: variable, in: step.graph)
        .toTorch(program.variable(variable.path, as: Double.self))
      let name = "sum " + (variable.averages ?? variable.path)
      let sum = zip(values, FormulaTensors.values(name, values.count, -1, 1)).reduce(0) {
        $0 + $1.0 * Double($1.1)
      }
      let wanted = try #require(expected.sums[variable.path])
      #expect(abs(sum - wanted) < 1e-6 * max(1, abs(wanted)), "\(variable.path): \(sum) is not \(wanted)")
    }
  }

  /// The rows of the teacher's outputs, and the images that its first layer is applied to.
  private func teacher(of step: TrainingStep) throws -> (rows: Int, images: Set<Int>) {
    let nodes = step.graph.nodes
    let own = nodes.filter { $0.path.hasPrefix("target") && $0.operation is Convolution2D }
    let center = try #require(step.graph.variables.first { $0.path == "loss.center" })
    #expect(center.role == .memory)
    return (own.reduce(0) { $0 + $1.type.shape[0] }, Set(own.map { $0.type.shape[1] }))
  }

  /// The teacher is not computed for the other views, whether they are of another size or not.
  @Test func theTeacherSeesTheFirstViewsAlone() throws {
    let mixed = try teacher(of: Self.step())
    #expect(mixed.rows == 6 && mixed.images == [4])
    let equal = try teacher(of: Self.step(views: [(5, 16)]))
    #expect(equal.rows == 6 && equal.images == [4])
    let three = try teacher(of: Self.step(loss: DINOLoss(globalViews: 3)))
    #expect(three.rows == 9 && three.images == [4, 2])
  }

  /// Its results are of fewer rows than the student's, at their places in the batch.
  @Test(arguments: [[(2, 16), (2, 8)], [(4, 16)], [(1, 16), (3, 8)]])
  func chunksTakeTheSameSteps(views: [(Int, Int)]) throws {
    func trained(_ chunk: Int?) throws -> Trained {
      let step = try Self.step(
        views: views, precision: .float32, optimizer: SGD(learningRate: 0.1).clipping(norm: 0.5))
      let program = try StepProgram(StepPlan(step, chunk: chunk, workers: Workers(count: 2)))
      return try Trained(by: program, step, steps: 4)
    }
    let (whole, chunked) = (try trained(nil), try trained(1))
    #expect(Set(whole.losses).count == 4)
    #expect(agree(whole.losses, chunked.losses, to: 1e-5), "\(whole.losses) and \(chunked.losses)")
    for (path, values) in whole.weights {
      let other = chunked.weights[path] ?? []
      #expect(agree(values.map(Double.init), other.map(Double.init), to: 1e-4), "\(path)")
    }
    #expect(whole.weights["loss.center"]?.contains { $0 != 0 } == true)
  }

  /// The authors' head with batch normalizations, in training.
  @Test func theHeadNormalizesItsHiddenLayers() throws {
    let expected = try DINOFixture.load().head
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let head = DINOHead(hidden: [7, 7], bottleneck: 4, prototypes: 9, normalizingHidden: true)
    let output = LayerSequence([head]).atRoot(graph.input("x", [6, 5]))
    let trained = graph.variables.filter { $0.isTrained }
    let gradients = tape.gradients(
      of: (output * output * graph.input("upstream", [6, 9])).sum(), for: trained.map { graph.read($0) })
    let program = try Program(graph, outputs: [output] + gradients)
    for variable in trained {
      program.setVariable(variable.path, to: try start(of: variable, in: graph))
    }
    program.setInput("x", to: FormulaTensors.values("x", 30, -1, 1).map { Double($0) })
    program.setInput("upstream", to: FormulaTensors.values("upstream", 54, -1, 1).map { Double($0) })
    program.run()
    #expect(agree(program.value(of: output, as: Double.self), expected.output, to: 1e-6))
    #expect(Set(trained.map(\.path)) == Set(expected.gradients.keys))
    for (variable, gradient) in zip(trained, gradients) {
      let found = layout(of: variable, in: graph).toTorch(program.value(of: gradient, as: Double.self))
      #expect(agree(found, try #require(expected.gradients[variable.path]), to: 1e-6), "\(variable.path)")
    }
  }

  @Test func theHeadsOutputsAreCosines() throws {
    let head = DINOHead(hidden: [7], bottleneck: 4, prototypes: 9)
    let graph = GraphBuilder(precision: .float64)
    let cosines = LayerSequence([head]).atRoot(graph.input("x", [3, 5]))
    let names = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "prototypes.weight"]
    #expect(graph.variables.map(\.path) == names.map { "projection." + $0 })
    #expect(cosines.shape == [3, 9])
    let values = Interpreter<Double>(
      try graph.build(), inputs: ["x": .real(numbers(15), [3, 5])], variables: try graph.initialValues()
    )[cosines]
    #expect(values.allSatisfy { abs($0) <= 1 } && values.contains { abs($0) > 0.1 })
  }
}
