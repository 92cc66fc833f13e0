import Foundation

/// What a stage went through, kept with its weights.
public struct StageHistory: Codable, Sendable, Equatable {
  /// The mean loss of each epoch.
  public internal(set) var losses: [Double] = []
  /// What the nearest neighbours recognise on validation, by the number of epochs before; 0 is before training.
  public internal(set) var neighbours: [Int: RepresentationAccuracy] = [:]
  /// What early stopping goes by, after each epoch.
  public internal(set) var validation: [Double] = []
  /// What a linear probe recognises on validation, after training.
  public internal(set) var probe: RepresentationAccuracy?

  init() {}

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
