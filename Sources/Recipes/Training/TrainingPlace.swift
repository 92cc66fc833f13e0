import Foundation

/// How far the training of a stage has come.
public struct TrainingPlace: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The epochs that are trained to their end.
  public internal(set) var epochs = 0
  /// The steps that are done of the epoch after them.
  public internal(set) var steps = 0
  /// The sum of these steps' losses.
  var loss = 0.0

  /// `epoch 3`, or `step 17 of epoch 4`.
  public var description: String { steps == 0 ? "epoch \(epochs)" : "step \(steps) of epoch \(epochs + 1)" }
}

extension TrainingPlace {
  /// The place as JSON, the sum of the losses to the last bit.
  func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init?(decoding text: String) {
    guard let place = try? JSONDecoder().decode(TrainingPlace.self, from: Data(text.utf8)) else { return nil }
    self = place
  }

  /// Whether a training of so many epochs, of so many steps each, comes to it after its start.
  func isWithin(epochs: Int, steps: Int) -> Bool {
    let isBetween = self.steps == 0 && (1...epochs).contains(self.epochs)
    return isBetween || (0..<epochs).contains(self.epochs) && (1..<max(1, steps)).contains(self.steps)
  }
}
