/// The loss of a classifier: cross-entropy with the labels.
public struct CrossEntropy: StageComponent {
  /// The share of a label's probability that is spread over all classes.
  public let smoothing: Double

  /// Cross-entropy with labels that may be smoothed.
  public init(smoothing: Double = 0) {
    precondition((0..<1).contains(smoothing), "CrossEntropy(smoothing: \(smoothing)): a share is in 0..<1")
    self.smoothing = smoothing
  }

  public var summary: String { "CrossEntropy(smoothing: \(smoothing))" }
}
