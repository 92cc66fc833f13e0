/// The scores by metric, those of ``MetricKind/all``; a file may have others, from the version that wrote it.
///
/// In JSON each score is stored under its metric's key, next to the names of the branches.
public struct Scores: Sendable, Equatable {
  /// The other keys next to scores.
  static let reserved: Set = ["name", "of", "over", "perClass", "tests"]

  private let scores: [String: Score]

  /// Creates a score for every metric.
  init(_ score: (MetricKind) -> Score) {
    scores = Dictionary(uniqueKeysWithValues: MetricKind.all.map { ($0.key, score($0)) })
  }

  /// Returns the score of a metric; nil if there is none.
  ///
  /// - Parameter metric: The metric.
  public subscript(metric: MetricKind) -> Score? { scores[metric.key] }

  /// The largest number of repetitions.
  var repetitions: Int { scores.values.map(\.repetitions.count).max() ?? 0 }
}

extension Scores: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Decodes the scores among the entries of an object.
  ///
  /// - Parameter decoder: The decoder to read from.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var scores: [String: Score] = [:]
    for key in container.allKeys where !Scores.reserved.contains(key.stringValue) {
      scores[key.stringValue] = try container.decode(Score.self, forKey: key)
    }
    self.scores = scores
  }

  /// Encodes each score under its key.
  ///
  /// - Parameter encoder: The encoder to write to.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (key, score) in scores { try container.encode(score, forKey: Key(stringValue: key)) }
  }
}
