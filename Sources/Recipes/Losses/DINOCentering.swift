extension DINOLoss {
  /// The normalization of the teacher's outputs by those of other photographs, without which they collapse.
  public enum Centering: Sendable, Hashable {
    /// The subtraction of a moving average of its outputs, of which each step keeps the share `momentum`
    /// (Caron et al. 2021). It is for long trainings with a slow warmup.
    case mean(momentum: Double)
    /// An assignment of the batch's views to prototypes in equal shares, by the iterations of Sinkhorn and
    /// Knopp, as in SwAV (Caron et al. 2020) and DINOv2 (Oquab et al. 2023). It is also for short trainings.
    /// The fewer views a batch has for each prototype, the more prototypes a view is divided among.
    case sinkhornKnopp(iterations: Int = 3)
  }
}

extension DINOLoss.Centering {
  /// The problem of its setting; nil if there is none.
  var problem: SettingProblem? {
    switch self {
    case .mean(let momentum): Check.number("centering", momentum, atLeast: 0, atMost: 1)
    case .sinkhornKnopp(let iterations): Check.count("centering", iterations, atMost: 100)
    }
  }

  /// Returns the teacher's distributions over prototypes, `[rows, prototypes]`.
  ///
  /// - Parameters:
  ///   - outputs: Its outputs, `[rows, prototypes]`.
  ///   - temperature: Their divisor.
  func targets(of outputs: Tensor, temperature: Tensor) -> Tensor {
    switch self {
    case .mean(let momentum):
      let graph = outputs.graph
      let center = graph.variable("center", [outputs.shape.channels], role: .memory, initializer: .zeros)
      graph.update(center, to: center * momentum + outputs.mean(axes: [0]) * (1 - momentum))
      return softmax((outputs - center) / temperature)
    case .sinkhornKnopp(let iterations):
      // Logarithms, as the exponential of an output over a low temperature may be too large for a Float32.
      var weights = outputs / temperature
      for _ in stride(from: 1, to: iterations, by: 1) { weights = logSoftmax(logSoftmax(weights, axes: [0])) }
      return softmax(logSoftmax(weights, axes: [0]))
    }
  }
}
