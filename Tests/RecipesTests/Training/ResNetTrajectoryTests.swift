import Foundation
import Recipes
import Testing

/// One step of a training graph: the loss, and what every variable becomes.
typealias Evaluate = (
  _ step: TrainingStep, _ inputs: [String: Value<Double>], _ variables: [String: Value<Double>]
) throws -> (loss: Double, variables: [String: Value<Double>])

/// Five steps of a small ResNet, from the weights and on the batches that PyTorch was given.
struct ResNetTrajectory {
  private let start: SafeTensors
  static let model = LayerSequence([
    ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 8)), ClassificationHead(classes: 10),
  ])

  init() throws { start = try Fixtures.tensors("resnet_common.safetensors") }

  /// The loss of each step, and every variable after the last.
  func run(
    _ optimizer: some Optimizer, precision: ElementType = .float64, evaluate: Evaluate
  ) throws -> (losses: [Double], step: TrainingStep, variables: [String: Value<Double>]) {
    let step = try TrainingStep(
      classifier: Self.model, images: [8, 32, 32, 3], optimizer: optimizer, precision: precision)
    var variables = try initialVariables(of: step.graph)
    let losses = try (0..<5).map { index in
      let result = try evaluate(step, try inputs(of: index, rate: optimizer.learningRate), variables)
      variables.merge(result.variables) { $1 }
      return result.loss
    }
    return (losses, step, variables)
  }

  /// The logits of the first batch by the running statistics.
  func evaluation(of variables: [String: Value<Double>]) throws -> [Double] {
    let graph = GraphBuilder(precision: .float64, mode: .inference)
    let logits = Self.model.atRoot(graph.input("images", [8, 32, 32, 3]))
    return try Interpreter<Double>(try graph.build(), inputs: inputs(of: 0, rate: 0), variables: variables)[
      logits]
  }

  private func initialVariables(of graph: GraphBuilder) throws -> [String: Value<Double>] {
    var values = try graph.initialValues()
    for variable in graph.variables where variable.role != .memory {
      let torch = try start.doubles("initial/\(variable.path)")
      values[variable.path] = .real(TorchLayout(of: variable).fromTorch(torch), variable.type.shape)
    }
    return values
  }

  private func inputs(of step: Int, rate: Double) throws -> [String: Value<Double>] {
    let pixels = 8 * 32 * 32 * 3
    let images = try start.doubles("images")[step * pixels..<(step + 1) * pixels]
    guard case .int32(let labels) = try start.tensor(named: "labels").values else { return [:] }
    return [
      "images": .real(Array(images), [8, 32, 32, 3]),
      "labels": .index(Array(labels[step * 8..<(step + 1) * 8]), [8]),
      "learningRate": .real([rate], []),
    ]
  }
}

struct ResNetTrajectoryTests {
  private static let runs: [(String, any Optimizer)] = [
    ("resnet_sgd", SGD(learningRate: 0.05, weightDecay: 1e-4, decaying: [.weight, .bias, .normalization])),
    ("resnet_lars", LARS(learningRate: 1, weightDecay: 1e-4)),
  ]

  @Test(arguments: runs)
  func interpretedTrainsAsPyTorch(name: String, optimizer: any Optimizer) throws {
    try check(name, optimizer, losses: 1e-9, variables: 1e-6, evaluation: 1e-9, interpreted)
  }

  @Test(arguments: runs)
  func compiledTrainsAsPyTorch(name: String, optimizer: any Optimizer) throws {
    try check(name, optimizer, losses: 1e-9, variables: 1e-6, evaluation: 1e-9, compiled(as: Double.self))
  }

  /// In single precision, with convolutions summed directly, as PyTorch sums them.
  @Test(arguments: runs)
  func compiledTrainsAsPyTorchInSinglePrecision(name: String, optimizer: any Optimizer) throws {
    let direct = CompilerOptions(choices: KernelChoices(convolution: .im2col))
    try check(
      name, optimizer, precision: .float32, losses: 1e-5, variables: 1e-4, evaluation: 1e-3,
      compiled(as: Float.self, direct))
  }

  /// Winograd's filtering rounds more. On these batches it puts an element that is all but 0 on the other
  /// side of a ReLU, and what follows is another trajectory; step by step it is as exact as the test below
  /// says.
  @Test(arguments: runs)
  func compiledTrainsCloseToPyTorchByWinogradsFiltering(name: String, optimizer: any Optimizer) throws {
    try check(
      name, optimizer, precision: .float32, losses: 1e-4, variables: 2e-2, evaluation: 5e-2,
      compiled(as: Float.self))
  }

  /// Each step by itself, from where double precision has come.
  @Test(arguments: runs)
  func singlePrecisionTakesTheSteps(name: String, optimizer: any Optimizer) throws {
    let single = try TrainingStep(
      classifier: ResNetTrajectory.model, images: [8, 32, 32, 3], optimizer: optimizer)
    let exact = compiled(as: Double.self)
    _ = try ResNetTrajectory().run(optimizer) { step, inputs, variables in
      let found = try compiled(as: Float.self)(single, inputs, variables)
      let expected = try exact(step, inputs, variables)
      #expect(agree([found.loss], [expected.loss], to: 1e-5))
      for variable in step.graph.variables {
        let (value, exact) = (found.variables[variable.path], expected.variables[variable.path])
        #expect(distance(value?.reals ?? [], exact?.reals ?? []) < 1e-4, "\(variable.path)")
      }
      return expected
    }
  }

  private func check(
    _ name: String, _ optimizer: any Optimizer, precision: ElementType = .float64, losses: Double,
    variables: Double, evaluation: Double, _ evaluate: Evaluate
  ) throws {
    let expected = try Fixtures.tensors("\(name).safetensors")
    let trajectory = try ResNetTrajectory()
    let result = try trajectory.run(optimizer, precision: precision, evaluate: evaluate)

    #expect(try agree(result.losses, expected.doubles("losses"), to: losses))
    for variable in result.step.graph.variables where variable.role != .memory {
      let torch = try expected.doubles("final/\(variable.path)")
      let found = result.variables[variable.path].map { TorchLayout(of: variable).toTorch($0.reals) } ?? []
      #expect(distance(found, torch) < variables, "\(variable.path)")
    }
    #expect(
      try agree(trajectory.evaluation(of: result.variables), expected.doubles("evaluation"), to: evaluation))
  }

  // The norm of the difference over the norm; the reference is rounded to single precision.
  private func distance(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let squares = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  private func compiled<T: Real>(
    as type: T.Type, _ options: CompilerOptions = CompilerOptions()
  ) -> Evaluate {
    var compiled: Program?
    return { step, inputs, variables in
      let program = try compiled ?? Program(step.graph, outputs: [step.loss], options: options)
      if compiled == nil {
        for (path, value) in variables { program.setVariable(path, to: value.reals.map { T($0) }) }
      }
      compiled = program
      for (name, value) in inputs {
        switch value {
        case .real(let values, _): program.setInput(name, to: values.map { T($0) })
        case .index(let values, _): program.setInput(name, to: values)
        }
      }
      program.run()
      let after = step.graph.variables.map { variable in
        let values = program.variable(variable.path, as: T.self).map { Double($0) }
        return (variable.path, Value<Double>.real(values, variable.type.shape))
      }
      return (Double(program.value(of: step.loss, as: T.self)[0]), Dictionary(uniqueKeysWithValues: after))
    }
  }

  private func interpreted(
    _ step: TrainingStep, _ inputs: [String: Value<Double>], _ variables: [String: Value<Double>]
  ) throws -> (loss: Double, variables: [String: Value<Double>]) {
    let interpreter = Interpreter<Double>(try step.graph.build(), inputs: inputs, variables: variables)
    let updates = step.graph.updates.map { ($0.variable.path, interpreter.values[$0.value]) }
    return (interpreter[step.loss][0], Dictionary(uniqueKeysWithValues: updates))
  }
}
