/// Stochastic gradient descent with momentum, as PyTorch defines it.
///
/// `g <- g + decay * w`; `v <- momentum * v + g`; `w <- w - rate * v`, or with Nesterov's momentum
/// `w <- w - rate * (g + momentum * v)`.
public struct SGD: Optimizer {
  public var learningRate: Double
  /// The share of the velocity that a step keeps.
  public var momentum: Double
  /// Whether the step looks ahead along the velocity.
  public var nesterov: Bool
  /// The factor of the parameter that is added to its gradient.
  public var weightDecay: Double
  /// The parameters that decay.
  public var decaying: [Variable.Role]

  /// Gradient descent; biases and normalizations do not decay unless asked to.
  public init(
    learningRate: Double, momentum: Double = 0.9, nesterov: Bool = false, weightDecay: Double = 0,
    decaying: [Variable.Role] = [.weight]
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.decaying = decaying
  }

  public var problems: [SettingProblem] {
    rateProblems
    Check.number("momentum", momentum, atLeast: 0, below: 1)
    Check.that(
      !nesterov || momentum != 0, "momentum", momentum,
      mustBe: "above 0, as Nesterov's step looks ahead along it")
  }

  public func update(
    _ parameter: Variable, value: Tensor, gradient: Tensor, learningRate: Tensor
  ) -> Tensor {
    let decays = weightDecay != 0 && decaying.contains(parameter.role)
    let gradient = decays ? gradient + value * weightDecay : gradient
    guard momentum != 0 else { return value - gradient * learningRate }
    let memory = value.graph.memory("momentum", of: parameter)
    let velocity = memory * momentum + gradient
    value.graph.update(memory, to: velocity)
    return value - (nesterov ? gradient + velocity * momentum : velocity) * learningRate
  }
}
