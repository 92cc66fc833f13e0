import Foundation

/// An error of an audit.
public enum AuditError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are fewer than two photographs to compare.
  case tooFew(photographs: Int)
  /// There is not a row of features for every photograph.
  case otherCount(features: Int, photographs: Int)
  /// The encoder's features of a photograph are not numbers.
  case notFinite(photograph: String)
  /// Photographs in different splits look alike: the pairs with their distances.
  case leaks(pairs: [Leak], closerThan: Double)
  /// The distance below which pairs were asked for is larger than that of the pairs in the findings.
  case beyondList(distance: Double, listed: Double)
  /// There is no automatic threshold.
  case noThreshold

  /// Two photographs in different splits that look alike.
  public struct Leak: Equatable, Sendable {
    /// The photographs, and their splits.
    public let photographs: [String]
    public let splits: [Split]
    /// The cosine distance.
    public let distance: Double
  }

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .tooFew(let photographs):
      "An audit compares photographs, and there is \(photographs == 0 ? "none" : "one") that can be read: "
        + "check the manifest and the folder."
    case .otherCount(let features, let photographs):
      "There are features of \(features) photographs and names of \(photographs): give one row of features "
        + "per photograph."
    case .notFinite(let photograph):
      "The features of photograph \(photograph) are not finite numbers: the encoder has probably diverged; "
        + "train it again at a lower learning rate."
    case .leaks(let pairs, let distance):
      "\(pairs.count == 1 ? "1 pair" : "\(pairs.count) pairs") of photographs in different splits look alike "
        + "(distance below \(AuditError.text(distance))): \(pairs.map(\.text).listed(upTo: 5)). Look at them "
        + "in near-duplicates.csv; put both into one split, remove one, or have those to train on removed."
    case .beyondList(let distance, let listed):
      "Pairs closer than \(AuditError.text(distance)) were asked for, but the findings list all only up "
        + "to \(AuditError.text(listed)): ask for closer ones, or audit again and list more pairs."
    case .noThreshold:
      "There are too few photographs, or too many that are equal, to tell near-duplicates by the distribution of "
        + "distances: give the distance below which photographs count as alike."
    }
  }

  static func text(_ distance: Double) -> String { String(format: "%.4g", distance) }
}

extension AuditError.Leak {
  fileprivate var text: String {
    zip(photographs, splits).map { "\($0.shortened(to: 60)) (\($1.rawValue))" }.joined(separator: " and ")
      + ", \(AuditError.text(distance))"
  }
}
