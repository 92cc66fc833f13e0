import Foundation

/// What a stage went through, kept with its weights.
public struct StageHistory: Codable, Sendable, Equatable {
  /// The mean loss of each epoch.
  public internal(set) var losses: [Double] = []
  /// How the embeddings of an epoch's last batch spread, by the number of epochs then done, for a loss of
  /// embeddings.
  public internal(set) var spreads: [Int: EmbeddingSpread] = [:]
  /// What the nearest neighbors recognize on validation, by the number of epochs before; 0 is before
  /// training.
  public internal(set) var neighbors: [Int: RepresentationAccuracy] = [:]
  /// What early stopping goes by, after each epoch.
  public internal(set) var validation: [Double] = []
  /// What a linear probe recognizes on validation, after training.
  public internal(set) var probe: RepresentationAccuracy?

  init() {}

  // The names in files.
  private enum CodingKeys: String, CodingKey {
    case losses, spreads, validation, probe
    case neighbors = "neighbours"
  }

  // Files of runs that did not measure spreads have none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    losses = try values.decode([Double].self, forKey: .losses)
    spreads = try values.decodeIfPresent([Int: EmbeddingSpread].self, forKey: .spreads) ?? [:]
    neighbors = try values.decode([Int: RepresentationAccuracy].self, forKey: .neighbors)
    validation = try values.decode([Double].self, forKey: .validation)
    probe = try values.decodeIfPresent(RepresentationAccuracy.self, forKey: .probe)
  }

  /// The history as JSON that is the same each time.
  func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init?(decoding text: String) {
    guard let history = try? JSONDecoder().decode(StageHistory.self, from: Data(text.utf8)) else {
      return nil
    }
    self = history
  }
}
