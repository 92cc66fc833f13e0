/// Layer-wise adaptive rate scaling (You et al. 2017), as SimCLR defines it.
///
/// For a weight: `g <- g + decay * w`; `trust = eta * |w| / |g|`, 1 where either norm is 0;
/// `v <- momentum * v + rate * trust * g`; `w <- w - v`. Biases and normalizations get neither decay nor
/// trust.
public struct LARS: Optimizer {
  public var learningRate: Double
  /// The momentum.
  public var momentum: Double
  /// The weight decay, added to the gradient.
  public var weightDecay: Scheduled
  /// The trust coefficient: the step size relative to the weight's norm, before the learning rate.
  public var eta: Double

  /// Creates the optimizer.
  ///
  /// - Parameters:
  ///   - learningRate: The peak learning rate, before scaling.
  ///   - momentum: The momentum.
  ///   - weightDecay: The weight decay, added to the gradient.
  ///   - eta: The trust coefficient: the step size relative to the weight's norm, before the learning rate.
  public init(
    learningRate: Double, momentum: Double = 0.9, weightDecay: Scheduled = 1e-6, eta: Double = 0.001
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.eta = eta
  }

  public var problems: [SettingProblem] {
    rateProblems
    Check.number("momentum", momentum, atLeast: 0, below: 1)
    Check.number("eta", eta, above: 0)
  }

  public func update(
    _ parameter: Variable, value: Tensor, gradient: Tensor, learningRate: Tensor
  ) -> Tensor {
    let memory = value.graph.memory("momentum", of: parameter)
    var move = gradient * learningRate
    if parameter.role == .weight {
      let decayed = gradient + value * decay(in: value.graph)
      move = decayed * (learningRate * trust(in: value, gradient: decayed))
    }
    let velocity = memory * momentum + move
    value.graph.update(memory, to: velocity)
    return value - velocity
  }

  /// Returns the trust ratio, a scalar, of a weight and its gradient, decay included.
  func trust(in value: Tensor, gradient: Tensor) -> Tensor {
    let one = value.graph.constant(1)
    let weight = sqrt((value * value).sum())
    let slope = sqrt((gradient * gradient).sum())
    return select(weight .> 0, select(slope .> 0, weight * eta / slope, one), one)
  }
}
