/// Stochastic depth (Huang et al. 2016) for each image, as in timm: in training, the input of an image
/// `[...]` becomes 0 with the probability `rate`, and is otherwise divided by `1 - rate`. It ends a residual
/// branch, which it thereby leaves out.
///
/// In inference, in frozen layers and in a target network it does nothing. As in ``Dropout``, what is drawn
/// depends on the seed, the stage, the step, the layer's path and the image's place in the batch: it is the
/// same after a resume, and for any number of threads, chunks and processes.
public struct DropPath: Layer {
  let rate: Double

  /// Creates a layer that leaves out images.
  ///
  /// - Parameter rate: The probability of leaving out an image, below 1.
  public init(_ rate: Double) { self.rate = rate }

  public var problems: [SettingProblem] { Check.dropRate("rate", rate) }

  public func apply(to x: Tensor) -> Tensor {
    let ones = [Int](repeating: 1, count: max(0, x.shape.rank - 1))
    return x.dropped(rate) { Shape([x.shape[0]] + ones) }
  }
}

extension Tensor {
  /// Returns the tensor times a random mask of the given shape in training, otherwise the tensor.
  func dropped(_ rate: Double, _ shape: () -> Shape) -> Tensor {
    guard rate > 0, graph.drawsRandomNumbers else { return self }
    guard self.shape.rank > 0 else {
      return graph.report(
        ShapeError(
          "A random mask needs the axis of the images.", expected: "[N, ...]", found: "\(self.shape)",
          assuming: type))
    }
    return self * graph.randomMask(shape(), rate: rate)
  }
}

extension Check {
  /// Checks for a probability of leaving out, which keeps something.
  static func dropRate(_ setting: String, _ rate: Double) -> SettingProblem? {
    number(setting, rate, atLeast: 0, below: 1)
  }
}
