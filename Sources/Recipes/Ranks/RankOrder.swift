import Foundation

/// What the first rank tells the others to do.
enum RankOrder: Codable, Equatable {
  /// Begin the training of a stage, at a point of its search.
  case train(stage: Int, point: Search.Point?)
  /// Begin an epoch at one of its steps.
  case epoch(Int, from: Int)
  /// Compute the parts of the next step.
  case step
  /// Tell what the steps since the last report took.
  case report
  /// End the run.
  case end

  /// Its bytes; none for a step, the most frequent order.
  func encoded() throws -> [UInt8] { self == .step ? [] : [UInt8](try JSONEncoder().encode(self)) }

  init(encoded bytes: [UInt8]) throws {
    self = bytes.isEmpty ? .step : try JSONDecoder().decode(RankOrder.self, from: Data(bytes))
  }
}

/// What a rank tells all others between two parts of the work.
struct RankNotice: Codable, Equatable {
  /// Why it cannot go on.
  var failure: String?
  /// The photographs that it could not read.
  var damaged: [DamagedPhotograph] = []

  var isEmpty: Bool { failure == nil && damaged.isEmpty }
}

/// A failure of another rank.
public enum RankError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A rank could not do its part.
  case failed(rank: String, reason: String)
  /// A rank has other photographs or settings than the first one.
  case different(rank: String)
  /// A stage's batches cannot be shared.
  case indivisible(stage: String, chunks: Int, ranks: Int)

  /// A message: what happened, and what to do.
  public var description: String {
    switch self {
    case .failed(let rank, let reason): "\(rank) could not go on: \(reason)".printableLines
    case .different(let rank):
      "\(rank) plans other stages than the first rank: start all with the same arguments, program and photographs."
    case .indivisible(let stage, let chunks, let ranks):
      "\(ranks) ranks cannot share the \(chunks) chunks of a batch of \"\(stage)\": each takes as many, a power of two; "
        + "use \(ranks) chunks, or 2, 4, … times as many."
    }
  }
}
