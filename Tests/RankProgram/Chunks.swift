import Distributed

/// A sum over eight chunks of a batch, which are distributed over the ranks.
enum Chunks {
  private static let chunks = 8
  private static let size = 30_011

  /// Prints the hash of the sum on rank 0 and checks that all ranks have the same.
  static func printSum(_ communicator: Communicator?) {
    let count = communicator?.count ?? 1
    guard chunks % count == 0 else { return }
    let own = chunks / count
    let rank = communicator?.rank ?? 0
    var sum = TestValues.tree((rank * own..<(rank + 1) * own).map { TestValues.floats(size, by: $0) })
    do {
      try sum.withUnsafeMutableBufferPointer { try communicator?.orderedSum($0).wait() }
      var hash = sum.reduce(UInt64(14_695_981_039_346_656_037)) {
        ($0 ^ UInt64($1.bitPattern)) &* 1_099_511_628_211
      }
      let hashes = try withUnsafeBytes(of: &hash) { try communicator?.gather(Array($0)) }
      check(Set(hashes ?? []).count < 2, "the ranks have different sums")
      if rank == 0 { say("sum of the chunks: \(String(hash, radix: 16))") }
    } catch {
      check(false, "\(error)")
    }
  }
}
