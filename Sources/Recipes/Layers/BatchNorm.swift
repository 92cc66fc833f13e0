/// Batch normalization over every axis but the last, of `[N, H, W, C]` or `[N, C]` (Ioffe and Szegedy 2015).
///
/// In training mode it normalizes by the batch's moments and updates `running_mean` and `running_var`; in
/// inference mode it normalizes by these. `running_var` is the unbiased variance.
///
/// Where a batch is computed in parts, each is normalized by its own moments. If it is `synchronized`, the
/// ranks of a run, with one part on each, exchange moments and their gradients, so that the parts are
/// normalized by those of the whole batch: weights are then those of the whole batch, to rounding. A batch
/// that one process computes in several parts is refused. In inference, and in a process that computes the
/// whole batch, it makes no difference. `Layer/synchronized()` does this for all batch normalizations in a
/// layer.
public struct BatchNorm: Layer {
  let scale: Initializer?
  let shift: Bool
  let momentum: Double
  let epsilon: Double
  let synchronized: Bool
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a batch normalization.
  ///
  /// - Parameters:
  ///   - scale: The initializer of `weight`; `.zeros` makes a residual block start as the identity, and nil
  ///     is for a normalization without a trained `weight`.
  ///   - shift: Whether it has a trained `bias`.
  ///   - momentum: The weight of a batch in the running statistics.
  ///   - epsilon: The number added to the variance.
  ///   - synchronized: Whether it takes the moments of the whole batch where ranks compute one part each.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    scale: Initializer? = .ones, shift: Bool = true, momentum: Double = 0.1, epsilon: Double = 1e-5,
    synchronized: Bool = false, file: StaticString = #fileID, line: Int = #line
  ) {
    self.scale = scale
    self.shift = shift
    self.momentum = momentum
    self.epsilon = epsilon
    self.synchronized = synchronized
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "bn" }

  public var problems: [SettingProblem] {
    if let scale { Check.initializer("scale", scale) }
    Check.number("momentum", momentum, atLeast: 0, atMost: 1)
    Check.number("epsilon", epsilon, above: 0)
  }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    if let error = misfit(on: x) { return graph.report(error) }
    let channels: Shape = [x.shape.channels]
    let weight = scale.map {
      graph.variable("weight", channels, role: .normalization, initializer: $0)
    }
    let bias =
      shift ? graph.variable("bias", channels, role: .normalization, initializer: .zeros) : nil
    let (mean, variance) = moments(of: x)
    let deviation = rsqrt(variance + epsilon)
    let normalized = (x - mean) * (weight.map { $0 * deviation } ?? deviation)
    return bias.map { normalized + $0 } ?? normalized
  }

  // Returns the mean and variance to normalize by, each [C]; in training, updates the running ones.
  private func moments(of x: Tensor) -> (mean: Tensor, variance: Tensor) {
    let graph = x.graph
    let channels: Shape = [x.shape.channels]
    let runningMean = graph.variable("running_mean", channels, role: .statistic, initializer: .zeros)
    let runningVariance = graph.variable("running_var", channels, role: .statistic, initializer: .ones)
    if graph.mode == .inference { return (runningMean, runningVariance) }

    let batch = x.moments(
      axes: Array(0..<x.shape.rank - 1), overReplicas: isSynchronized(in: graph))
    let (mean, variance) = (batch.mean.reshaped(to: channels), batch.variance.reshaped(to: channels))
    let count = Double(x.shape.count / x.shape.channels * replicas(in: graph))
    graph.update(runningMean, to: runningMean * (1 - momentum) + mean * momentum)
    graph.update(
      runningVariance, to: runningVariance * (1 - momentum) + variance * (momentum * count / (count - 1)))
    return (mean, variance)
  }

  private func isSynchronized(in graph: GraphBuilder) -> Bool {
    synchronized || graph.synchronizesNormalization
  }

  // Returns the number of parts of equal size that the moments are taken of.
  private func replicas(in graph: GraphBuilder) -> Int { isSynchronized(in: graph) ? graph.replicas : 1 }

  private func misfit(on x: Tensor) -> ShapeError? {
    guard x.shape.rank >= 2 else {
      return ShapeError(
        "Batch normalization needs a batch of examples with channels.", expected: "[N, H, W, C] or [N, C]",
        found: "\(x.shape)", assuming: x.type)
    }
    if x.graph.mode == .training, x.shape.count * replicas(in: x.graph) == x.shape.channels {
      return ShapeError(
        "Batch normalization needs more than one value per channel to train on.",
        expected: "a larger batch or image", found: "\(x.shape)", assuming: x.type)
    }
    return nil
  }
}
