import Foundation

/// The progress of a stage's training.
public struct TrainingPlace: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The number of completed epochs.
  public internal(set) var epochs = 0
  /// The number of completed steps in the current epoch.
  public internal(set) var steps = 0
  /// The sum of these steps' losses.
  var loss = 0.0

  /// `epoch 3`, or `step 17 of epoch 4`.
  public var description: String { steps == 0 ? "epoch \(epochs)" : "step \(steps) of epoch \(epochs + 1)" }
}

extension TrainingPlace {
  /// Returns the place as JSON, with the exact sum of the losses.
  func encoded() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  init?(decoding text: String) {
    guard let place = try? JSONDecoder().decode(TrainingPlace.self, from: Data(text.utf8)) else { return nil }
    self = place
  }

  /// Returns whether it is a place after the start of a training with the given numbers of epochs and steps
  /// per epoch.
  func isWithin(epochs: Int, steps: Int) -> Bool {
    let isBetween = self.steps == 0 && (1...epochs).contains(self.epochs)
    return isBetween || (0..<epochs).contains(self.epochs) && (1..<max(1, steps)).contains(self.steps)
  }
}
