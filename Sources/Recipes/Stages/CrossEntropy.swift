/// The loss of a classifier: cross-entropy with the labels.
public struct CrossEntropy: StageComponent {
  /// How much the photographs of a class count.
  public enum Weights: Sendable {
    /// All the same.
    case none
    /// n / (K n_k) each, where n photographs are of K classes and n_k of this one: every class counts as much
    /// together. A class without photographs counts nothing.
    ///
    /// Labels are not smoothed then: PyTorch's definition multiplies what is spread over all classes by their
    /// weights as well, and the rarest classes would get most of it.
    case balanced
  }

  /// The share of a label's probability that is spread over all classes.
  public let smoothing: Double
  /// How much the photographs of a class count.
  public let weights: Weights

  /// Cross-entropy with labels that may be smoothed, and classes that may be weighted by the photographs that
  /// the stage has of them.
  public init(smoothing: Double = 0, weights: Weights = .none) {
    self.smoothing = smoothing
    self.weights = weights
  }

  public var problems: [SettingProblem] { Check.number("smoothing", smoothing, atLeast: 0, below: 1) }

  public var summary: String {
    "CrossEntropy(smoothing: \(smoothing)\(weights == .none ? "" : ", weights: \(weights)"))"
  }
}
