import Foundation

/// The training history of a stage, stored with its weights.
public struct StageHistory: Codable, Sendable, Equatable {
  /// The mean loss of each epoch.
  public internal(set) var losses: [Double] = []
  /// The spread of the embeddings in an epoch's last batch, by the number of completed epochs, for losses of
  /// embeddings.
  public internal(set) var spreads: [Int: EmbeddingSpread] = [:]
  /// The nearest-neighbor accuracy on validation, by the number of completed epochs; 0 is before training.
  public internal(set) var neighbors: [Int: RepresentationAccuracy] = [:]
  /// The validation metric of early stopping, after each epoch.
  public internal(set) var validation: [Double] = []
  /// The linear-probe accuracy on validation, after training.
  public internal(set) var probe: RepresentationAccuracy?

  init() {}

  // The keys in files.
  private enum CodingKeys: String, CodingKey {
    case losses, spreads, validation, probe
    case neighbors = "neighbours"
  }

  // Files of older runs have no spreads.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    losses = try values.decode([Double].self, forKey: .losses)
    spreads = try values.decodeIfPresent([Int: EmbeddingSpread].self, forKey: .spreads) ?? [:]
    neighbors = try values.decode([Int: RepresentationAccuracy].self, forKey: .neighbors)
    validation = try values.decode([Double].self, forKey: .validation)
    probe = try values.decodeIfPresent(RepresentationAccuracy.self, forKey: .probe)
  }

  /// Returns the history as reproducible JSON.
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
