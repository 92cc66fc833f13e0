/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch defines it.
///
/// `w <- w * (1 - rate * decay) - rate * m / (sqrt(v) + epsilon)`, where `m` and `v` are bias-corrected
/// moving averages of the gradient and its square.
public struct AdamW: Optimizer {
  public var learningRate: Double
  /// The decay rates of the moving averages of the gradient and of its square.
  public var betas: (first: Double, second: Double)
  /// The number added to the root of the averaged square.
  public var epsilon: Double
  /// The decoupled weight decay, multiplied by the learning rate.
  public var weightDecay: Scheduled
  /// The roles of parameters with weight decay.
  public var decaying: [Variable.Role]

  /// Creates the optimizer; by default only weights decay.
  ///
  /// - Parameters:
  ///   - learningRate: The peak learning rate, before scaling.
  ///   - betas: The decay rates of the moving averages of the gradient and of its square.
  ///   - epsilon: The number added to the root of the averaged square.
  ///   - weightDecay: The decoupled weight decay, multiplied by the learning rate.
  ///   - decaying: The roles of parameters with weight decay.
  public init(
    learningRate: Double, betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Scheduled = 0.01, decaying: [Variable.Role] = [.weight]
  ) {
    self.learningRate = learningRate
    self.betas = betas
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decaying = decaying
  }

  public var problems: [SettingProblem] {
    rateProblems
    Check.number("betas.first", betas.first, atLeast: 0, below: 1)
    Check.number("betas.second", betas.second, atLeast: 0, below: 1)
    Check.number("epsilon", epsilon, above: 0)
  }

  public func update(
    _ parameter: Variable, value: Tensor, gradient: Tensor, learningRate: Tensor
  ) -> Tensor {
    let graph = value.graph
    let mean = average(of: gradient, keeping: betas.first, graph.memory("mean", of: parameter))
    let square = average(
      of: gradient * gradient, keeping: betas.second, graph.memory("square", of: parameter))
    let move = mean / gathered("mean", betas.first, in: graph)
    let root = sqrt(square / gathered("square", betas.second, in: graph))
    let decays = weightDecay != 0 && decaying.contains(parameter.role)
    let kept = decays ? value * (1 - learningRate * decay(in: graph)) : value
    return kept - move / (root + epsilon) * learningRate
  }

  public static func == (a: AdamW, b: AdamW) -> Bool {
    a.learningRate == b.learningRate && a.betas == b.betas && a.epsilon == b.epsilon
      && a.weightDecay == b.weightDecay && a.decaying == b.decaying
  }

  public func hash(into hasher: inout Hasher) {
    for number in [learningRate, betas.first, betas.second, epsilon] { hasher.combine(number) }
    hasher.combine(weightDecay)
    hasher.combine(decaying)
  }

  private func average(of x: Tensor, keeping share: Double, _ memory: Tensor) -> Tensor {
    let average = memory * share + x * (1 - share)
    x.graph.update(memory, to: average)
    return average
  }

  // The bias correction: the moving average of 1, which is 1 - beta^step, without its cancellation in single
  // precision.
  private func gathered(_ name: String, _ beta: Double, in graph: GraphBuilder) -> Tensor {
    let path = "adamW." + name
    // It is shared by all parameters: the first one has updated it.
    if let known = graph.updates.first(where: { $0.variable.path == path }) {
      return Tensor(graph: graph, id: known.value)
    }
    let memory = graph.variable(path, [], role: .memory, initializer: .zeros, absolute: true)
    return average(of: graph.constant(1), keeping: beta, memory)
  }
}
