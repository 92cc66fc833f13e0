import Foundation

/// An order of the first rank to the others.
enum RankOrder: Codable, Equatable {
  /// Begin the training of a stage, at a point of its search.
  case train(stage: Int, point: Search.Point?)
  /// Begin an epoch at one of its steps.
  case epoch(Int, from: Int)
  /// Compute the parts of the next step.
  case step
  /// Report the work of the steps since the last report.
  case report
  /// Divide into groups, whose leaders train independent stages.
  case spread(groups: Int)
  /// End a group, and wait for the next order to all ranks.
  case rejoin
  /// End the run.
  case end

  /// Its bytes; none for a step, the most frequent order.
  func encoded() throws -> [UInt8] { self == .step ? [] : [UInt8](try JSONEncoder().encode(self)) }

  init(encoded bytes: [UInt8]) throws {
    self = bytes.isEmpty ? .step : try JSONDecoder().decode(RankOrder.self, from: Data(bytes))
  }
}
