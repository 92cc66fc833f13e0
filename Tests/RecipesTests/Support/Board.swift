import Foundation
import Synchronization

/// Where ranks, each a thread, leave numbers for all others.
final class Board: @unchecked Sendable {
  let ranks: Int
  private let condition = NSCondition()
  // The data that each rank contributes to each round.
  private var rounds: [[Int: [Float]]] = []

  init(ranks: Int) { self.ranks = ranks }

  /// Leaves numbers and waits for those of all ranks.
  func all(_ own: [Float], from rank: Int, round: Int) -> [[Float]] {
    condition.withLock {
      if round == rounds.count { rounds.append([:]) }
      rounds[round][rank] = own
      condition.broadcast()
      while rounds[round].count < ranks { condition.wait() }
      return (0..<ranks).compactMap { rounds[round][$0] }
    }
  }

  /// Leaves numbers and takes those of all ranks, in their order.
  func gather(
    _ own: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>, from rank: Int,
    round: inout Int
  ) {
    defer { round += 1 }
    _ = all.update(fromContentsOf: self.all(Array(own), from: rank, round: round).joined())
  }

  /// Runs `body` for each rank, in a thread of its own, as they wait for each other.
  ///
  /// - Throws: The first failure.
  func onEach<Result: Sendable>(_ body: @escaping @Sendable (_ rank: Int) throws -> Result) throws -> [Result]
  {
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let group = DispatchGroup()
    for rank in 0..<ranks {
      group.enter()
      Thread.detachNewThread {
        defer { group.leave() }
        let result = Swift.Result { try body(rank) }
        results.withLock { $0[rank] = result }
      }
    }
    group.wait()
    return try (0..<ranks).compactMap { rank in try results.withLock { $0[rank] }?.get() }
  }
}
