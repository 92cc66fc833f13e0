import Distributed
import Foundation

/// Checks that transfers progress while the caller does other work.
struct Overlap {
  private let ranks: Communicator

  init(_ communicator: Communicator) { ranks = communicator }

  func run() throws {
    var values = [Float](repeating: 1, count: 6_000_000)
    try values.withUnsafeMutableBufferPointer { values in
      _ = try seconds { try ranks.orderedSum(values).wait() }
      // Repeated, as other programs may occupy the processors.
      var isSlow = true
      for _ in 0..<5 where isSlow {
        try ranks.barrier().wait()
        let transfer = try seconds { try ranks.orderedSum(values).wait() }
        try ranks.barrier().wait()
        let pending = ranks.orderedSum(values)
        Thread.sleep(forTimeInterval: 6 * transfer)
        let wait = try seconds { try pending.wait() }
        say("rank \(ranks.rank): transfer \(Int(transfer * 1e6)) us, wait \(Int(wait * 1e6)) us")
        isSlow = try ranks.gather([wait > transfer / 2 ? 1 : 0]).contains([1])
      }
      check(!isSlow, "transfers do not progress in the background")
    }
  }

  private func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try work()
    return (ContinuousClock.now - start) / .seconds(1)
  }
}
