import Foundation
import Recipes
import Testing

/// One step of a training graph: the loss, and what every variable becomes.
typealias Evaluate = (
  _ step: TrainingStep, _ inputs: [String: Value<Double>], _ variables: [String: Value<Double>]
) -> (loss: Double, variables: [String: Value<Double>])

/// Five steps of a small ResNet, from the weights and on the batches that PyTorch was given.
struct ResNetTrajectory {
  private let start: SafeTensors
  private let model = LayerSequence([
    ResNet(.custom(blocks: [1, 1, 1, 1], bottleneck: false, channels: 8)), ClassificationHead(classes: 10),
  ])

  init() throws { start = try Fixtures.tensors("resnet_common.safetensors") }

  /// The loss of each step, and every variable after the last.
  func run(
    _ optimizer: some Optimizer, evaluate: Evaluate
  ) throws -> (losses: [Double], step: TrainingStep, variables: [String: Value<Double>]) {
    let step = try TrainingStep(
      classifier: model, images: [8, 32, 32, 3], optimizer: optimizer, precision: .float64)
    var variables = try initialVariables(of: step.graph)
    let losses = try (0..<5).map { index in
      let result = evaluate(step, try inputs(of: index, rate: optimizer.learningRate), variables)
      variables.merge(result.variables) { $1 }
      return result.loss
    }
    return (losses, step, variables)
  }

  /// The logits of the first batch by the running statistics.
  func evaluation(of variables: [String: Value<Double>]) throws -> [Double] {
    let graph = Graph(precision: .float64, mode: .inference)
    let logits = model.atRoot(graph.input("images", [8, 32, 32, 3]))
    return try Interpreter<Double>(graph, inputs: inputs(of: 0, rate: 0), variables: variables)[logits]
  }

  private func initialVariables(of graph: Graph) throws -> [String: Value<Double>] {
    var values = graph.initialValues()
    for variable in graph.variables where variable.role != .optimizer {
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
  @Test(arguments: [
    (
      "resnet_sgd",
      SGD(learningRate: 0.05, weightDecay: 1e-4, decaying: [.weight, .bias, .normalization]) as any Optimizer
    ),
    ("resnet_lars", LARS(learningRate: 1, weightDecay: 1e-4)),
  ])
  func trainsAsPyTorch(name: String, optimizer: any Optimizer) throws {
    let expected = try Fixtures.tensors("\(name).safetensors")
    let trajectory = try ResNetTrajectory()
    let result = try trajectory.run(optimizer, evaluate: interpreted)

    #expect(try agree(result.losses, expected.doubles("losses"), to: 1e-9))
    for variable in result.step.graph.variables where variable.role != .optimizer {
      let torch = try expected.doubles("final/\(variable.path)")
      let found = result.variables[variable.path].map { TorchLayout(of: variable).toTorch($0.reals) } ?? []
      #expect(distance(found, torch) < 1e-6, "\(variable.path)")
    }
    #expect(try agree(trajectory.evaluation(of: result.variables), expected.doubles("evaluation"), to: 1e-9))
  }

  // The norm of the difference over the norm; the reference is rounded to single precision.
  private func distance(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let squares = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / expected.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }

  private func interpreted(
    _ step: TrainingStep, _ inputs: [String: Value<Double>], _ variables: [String: Value<Double>]
  ) -> (loss: Double, variables: [String: Value<Double>]) {
    let interpreter = Interpreter<Double>(step.graph, inputs: inputs, variables: variables)
    let updates = step.graph.updates.map { ($0.variable.path, interpreter.values[$0.value]) }
    return (interpreter[step.loss][0], Dictionary(uniqueKeysWithValues: updates))
  }
}
