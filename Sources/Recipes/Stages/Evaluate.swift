/// The evaluation of a trained classifier: on the center crop of every photograph, in inference mode.
///
/// It does not affect training: changing it rescores a finished stage.
public struct Evaluate: StageComponent {
  /// The evaluated split.
  public let split: Split
  /// Whether to average the probabilities of a photograph and its three mirror images.
  public let averagesFlips: Bool

  /// Evaluates on the labelled photographs of a split.
  ///
  /// - Parameters:
  ///   - split: The evaluated split.
  ///   - averagesFlips: Whether to average the probabilities of a photograph and its three mirror images.
  public init(on split: Split = .test, averagingFlips averagesFlips: Bool = false) {
    self.split = split
    self.averagesFlips = averagesFlips
  }

  public var summary: String { "Evaluate(on: \(split), averagingFlips: \(averagesFlips))" }
}
