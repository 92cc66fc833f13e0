/// What an audit found: rankings of near-duplicates, of photographs that do not belong and of likely wrong
/// labels, the most suspicious first.
///
/// Photographs are indices into ``photographs``, and a rank is 1 for the most suspicious. Low scores are
/// suspicious; below a threshold they are more so than the distribution of all scores explains.
public struct AuditFindings: Codable, Sendable, Equatable {
  /// An audited photograph.
  public struct Photograph: Codable, Sendable, Equatable {
    /// The name, patient and split in the dataset.
    public let id: String
    public let patient: String
    public let split: Split
    /// The name of the class; nil if unlabelled.
    public let label: String?

    /// Creates the description of a photograph.
    ///
    /// - Parameters:
    ///   - id: The identifier of the photograph in its dataset.
    ///   - patient: The patient.
    ///   - split: The split that it is in.
    ///   - label: The name of its class; nil without a label.
    public init(id: String, patient: String, split: Split, label: String?) {
      (self.id, self.patient, self.split, self.label) = (id, patient, split, label)
    }
  }

  /// How the photographs of a pair are related.
  public enum Relation: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable {
    /// They are of one patient.
    case patient
    /// They are of different patients in one split.
    case patients
    /// They are in different splits.
    case splits
  }

  /// A pair of photographs that look alike.
  public struct Pair: Codable, Sendable, Equatable {
    /// The rank among all pairs.
    public let rank: Int
    /// The cosine distance.
    public let score: Double
    /// The photographs, in the order of the dataset.
    public let first: Int
    public let second: Int
    public let relation: Relation
  }

  /// A photograph in the ranking of those that do not belong.
  public struct OffTopic: Codable, Sendable, Equatable {
    public let rank: Int
    /// The area of the dendrogram up to the photograph.
    public let score: Double
    public let photograph: Int
  }

  /// A photograph in the ranking of likely wrong labels.
  public struct LabelError: Codable, Sendable, Equatable {
    public let rank: Int
    /// The ratio of distances `other² / (same² + other²)`.
    public let score: Double
    public let photograph: Int
    /// The nearest photograph with another label.
    public let other: Int
    /// The nearest one with the same label, if there is one.
    public let same: Int?
  }

  /// The settings of the audit.
  public struct Settings: Codable, Sendable, Equatable {
    public let contamination: Double
    public let significance: Double
  }

  /// The automatic thresholds; nil where there are too few scores, or where too many are equal.
  public struct Thresholds: Codable, Sendable, Equatable {
    public let nearDuplicates: Double?
    public let offTopic: Double?
    public let labelErrors: Double?
  }

  public let settings: Settings
  /// The photographs that could be read, in the order of the dataset.
  public let photographs: [Photograph]
  /// The closest pairs of each relation.
  public let nearDuplicates: [Pair]
  /// Of each relation with pairs that are not listed, the distance below which all are.
  public let horizons: [Relation: Double]
  /// All photographs.
  public let offTopic: [OffTopic]
  /// All labelled photographs; none if all have one label.
  public let labelErrors: [LabelError]
  public let thresholds: Thresholds
}

extension AuditFindings {
  /// The listed pairs below a distance.
  ///
  /// - Parameter distance: The distance below which a pair is returned.
  public func pairs(closerThan distance: Double) -> [Pair] { nearDuplicates.filter { $0.score < distance } }

  /// The pairs below the automatic threshold.
  public var likelyNearDuplicates: [Pair] { pairs(closerThan: thresholds.nearDuplicates ?? 0) }

  /// The numbers of likely faults in a line.
  public var summary: String {
    let across = likelyNearDuplicates.count { $0.relation == .splits }
    return
      "audit of \(photographs.count) photographs  likely are \(likelyNearDuplicates.count) near-duplicate "
      + "pairs (\(across) across splits), \(likelyOffTopic.count) off-topic photographs and "
      + "\(likelyLabelErrors.count) wrong labels"
  }

  /// The photographs below the automatic threshold of those that do not belong.
  public var likelyOffTopic: [OffTopic] {
    Array(offTopic.prefix { $0.score < thresholds.offTopic ?? 0 })
  }

  /// The photographs below the automatic threshold of wrong labels.
  public var likelyLabelErrors: [LabelError] {
    Array(labelErrors.prefix { $0.score < thresholds.labelErrors ?? 0 })
  }
}
