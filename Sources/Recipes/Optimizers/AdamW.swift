/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch defines it.
///
/// `w <- w * (1 - rate * decay) - rate * m / (sqrt(v) + epsilon)`, where `m` and `v` are moving averages of
/// the gradient and its square, divided by the weight they have gathered since the start.
public struct AdamW: Optimizer {
  public var learningRate: Double
  /// The share that the moving averages of the gradient and of its square keep at each step.
  public var betas: (first: Double, second: Double)
  /// What is added to the root of the averaged square.
  public var epsilon: Double
  /// The share of the parameter, times the learning rate, that a step takes away.
  public var weightDecay: Double
  /// The parameters that decay.
  public var decaying: [Variable.Role]

  /// Adam; biases and normalizations do not decay unless asked to.
  public init(
    learningRate: Double, betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 0.01, decaying: [Variable.Role] = [.weight]
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
    let kept = decays ? value * (1 - learningRate * weightDecay) : value
    return kept - move / (root + epsilon) * learningRate
  }

  public static func == (a: AdamW, b: AdamW) -> Bool {
    a.learningRate == b.learningRate && a.betas == b.betas && a.epsilon == b.epsilon
      && a.weightDecay == b.weightDecay && a.decaying == b.decaying
  }

  public func hash(into hasher: inout Hasher) {
    for number in [learningRate, betas.first, betas.second, epsilon, weightDecay] { hasher.combine(number) }
    hasher.combine(decaying)
  }

  private func average(of x: Tensor, keeping share: Double, _ memory: Tensor) -> Tensor {
    let average = memory * share + x * (1 - share)
    x.graph.update(memory, to: average)
    return average
  }

  // The moving average of 1, which is 1 - beta^step, without the cancellation that this has in single
  // precision.
  private func gathered(_ name: String, _ beta: Double, in graph: GraphBuilder) -> Tensor {
    let path = "adamW." + name
    // It is the same for every parameter: the first has updated it.
    if let known = graph.updates.first(where: { $0.variable.path == path }) {
      return Tensor(graph: graph, id: known.value)
    }
    let memory = graph.variable(path, [], role: .memory, initializer: .zeros, absolute: true)
    return average(of: graph.constant(1), keeping: beta, memory)
  }
}
