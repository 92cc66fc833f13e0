/// The scores of the metrics in ``MetricKind/all``; those read from a file are of the metrics that there were
/// when it was written.
///
/// In JSON each stands under the key of its metric, beside what the scores are of.
public struct Scores: Sendable, Equatable {
  /// What else may stand beside scores.
  static let reserved: Set = ["name", "of", "over"]

  private let scores: [String: Score]

  /// A score for every metric.
  init(_ score: (MetricKind) -> Score) {
    scores = Dictionary(uniqueKeysWithValues: MetricKind.all.map { ($0.key, score($0)) })
  }

  /// The score of a metric; `nil` if there is none.
  public subscript(metric: MetricKind) -> Score? { scores[metric.key] }

  /// How often the training was repeated at most.
  var repetitions: Int { scores.values.map(\.repetitions.count).max() ?? 0 }
}

extension Scores: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The scores among the entries of an object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var scores: [String: Score] = [:]
    for key in container.allKeys where !Scores.reserved.contains(key.stringValue) {
      scores[key.stringValue] = try container.decode(Score.self, forKey: key)
    }
    self.scores = scores
  }

  /// Writes each score under its key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, score) in scores { try container.encode(score, forKey: Key(stringValue: key)) }
  }
}
