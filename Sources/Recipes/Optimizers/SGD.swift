/// Stochastic gradient descent with momentum, as PyTorch defines it.
///
/// `g <- g + decay * w`; `v <- momentum * v + g`; `w <- w - rate * v`, or with Nesterov's momentum
/// `w <- w - rate * (g + momentum * v)`.
public struct SGD: Optimizer {
  public var learningRate: Double
  /// The momentum.
  public var momentum: Double
  /// Whether to use Nesterov's momentum.
  public var nesterov: Bool
  /// The weight decay, added to the gradient.
  public var weightDecay: Scheduled
  /// The roles of parameters with weight decay.
  public var decaying: [Variable.Role]

  /// Creates the optimizer; by default only weights decay.
  ///
  /// - Parameters:
  ///   - learningRate: The peak learning rate, before scaling.
  ///   - momentum: The momentum.
  ///   - nesterov: Whether to use Nesterov's momentum.
  ///   - weightDecay: The weight decay, added to the gradient.
  ///   - decaying: The roles of parameters with weight decay.
  public init(
    learningRate: Double, momentum: Double = 0.9, nesterov: Bool = false, weightDecay: Scheduled = 0,
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
    let gradient = decays ? gradient + value * decay(in: value.graph) : gradient
    guard momentum != 0 else { return value - gradient * learningRate }
    let memory = value.graph.memory("momentum", of: parameter)
    let velocity = memory * momentum + gradient
    value.graph.update(memory, to: velocity)
    return value - (nesterov ? gradient + velocity * momentum : velocity) * learningRate
  }
}
