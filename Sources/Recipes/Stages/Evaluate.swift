/// What a classifier is scored on once it is trained: the middle of every photograph, in inference mode.
///
/// It does not take part in the training: changing it scores a finished stage anew.
public struct Evaluate: StageComponent {
  /// The photographs it is scored on.
  public let split: Split
  /// Whether the probabilities of a photograph and of its three mirror images are averaged.
  public let averagesFlips: Bool

  /// A score on the labelled photographs of a split.
  public init(on split: Split = .test, averagingFlips averagesFlips: Bool = false) {
    self.split = split
    self.averagesFlips = averagesFlips
  }

  public var summary: String { "Evaluate(on: \(split), averagingFlips: \(averagesFlips))" }
}
