import Recipes
import TestSupport

/// Training steps of small networks, with values for everything they read.
enum TrainingSteps {
  /// SimCLR on a ResNet.
  static func simCLR(
    _ network: ResNet, size: Int = 16, pairs: Int = 4, optimizer: some Optimizer = SGD(learningRate: 0.1),
    loss: some ContrastiveLoss = NTXent(temperature: 0.5), precision: ElementType = .float32
  ) throws -> TrainingStep {
    try TrainingStep(
      LayerSequence([network, ProjectionHead(hidden: [8], output: 6)]), image: [size, size, 3],
      pairs: Pairs(pairs), loss: loss, optimizer: optimizer, precision: precision)
  }

  /// Values for every input and variable of a step: scales that are not 0, memories that are not empty.
  static func values<T: Real>(
    for step: TrainingStep, as type: T.Type, rate: T = 0.1
  ) throws -> (inputs: [String: Value<T>], variables: [String: Value<T>]) {
    var generator = CounterGenerator(seed: 3)
    var inputs: [String: Value<T>] = [:]
    for input in step.graph.inputs {
      let type = step.graph.nodes[input.node].type
      switch input.name {
      case TrainingStep.InputName.learningRate: inputs[input.name] = .real([rate], [])
      case TrainingStep.InputName.labels:
        inputs[input.name] = .index((0..<type.shape.count).map { Int32($0 % 3) }, type.shape)
      default:
        inputs[input.name] = .real((0..<type.shape.count).map { _ in T(generator.normal()) }, type.shape)
      }
    }
    var variables: [String: Value<T>] = [:]
    for variable in step.graph.variables {
      let shape = variable.type.shape
      switch variable.role {
      case .weight, .bias:
        variables[variable.path] = .real(try variable.initialValues(seed: 5), shape)
      case .normalization, .statistic:
        variables[variable.path] = .real(
          (0..<shape.count).map { _ in T(generator.uniform(0.5...1.5)) }, shape)
      case .memory:
        variables[variable.path] = .real(
          (0..<shape.count).map { _ in T(generator.uniform(0.01...0.1)) }, shape)
      }
    }
    return (inputs, variables)
  }
}
