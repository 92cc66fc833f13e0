import Distributed

/// Compares the results of all operations with values that each rank computes alone.
struct OperationChecks {
  private let ranks: Communicator

  init(_ communicator: Communicator) { ranks = communicator }

  func run() throws {
    check(ranks.hosts.count == ranks.count && ranks.hosts.allSatisfy { !$0.isEmpty }, "hosts \(ranks.hosts)")
    for size in [0, 1, 2, 7, 1000, 10_007] {
      try gather(size)
      try gatherUnequal(size)
      for root in 0..<ranks.count { try broadcast(size, from: root) }
      try sums(size)
    }
    try manyAtOnce()
    try texts()
    try ranks.barrier().wait()
    let traffic = ranks.takeTraffic()
    check(traffic.bytesSent > 0 && traffic.secondsInFlight > 0 && traffic.secondsWaited > 0, "\(traffic)")
    check(ranks.takeTraffic().bytesSent == 0, "the traffic is not reset")
  }

  private func gather(_ size: Int) throws {
    let expected = (0..<ranks.count).flatMap { TestValues.bytes(size, by: $0) }
    var own = TestValues.bytes(size, by: ranks.rank)
    var all = [UInt8](repeating: 0, count: expected.count)
    try own.withUnsafeMutableBytes { own in
      try all.withUnsafeMutableBytes { try ranks.gather(UnsafeRawBufferPointer(own), into: $0).wait() }
    }
    check(all == expected, "gather of \(size)")
  }

  private func gatherUnequal(_ size: Int) throws {
    let counts = (0..<ranks.count).map { size * ($0 % 3) }
    let expected = counts.enumerated().flatMap { TestValues.bytes($1, by: $0) }
    // The own block is already at its place.
    var all = [UInt8](repeating: 0, count: expected.count)
    let start = counts[..<ranks.rank].reduce(0, +)
    all.replaceSubrange(
      start..<start + counts[ranks.rank], with: TestValues.bytes(counts[ranks.rank], by: ranks.rank))
    try all.withUnsafeMutableBytes { all in
      let own = UnsafeRawBufferPointer(
        UnsafeMutableRawBufferPointer(rebasing: all[start..<start + counts[ranks.rank]]))
      try ranks.gather(own, into: all, counts: counts).wait()
    }
    check(all == expected, "gather of \(counts)")
  }

  private func broadcast(_ size: Int, from root: Int) throws {
    let expected = TestValues.bytes(size, by: root)
    var bytes = ranks.rank == root ? expected : [UInt8](repeating: 0, count: size)
    try bytes.withUnsafeMutableBytes { try ranks.broadcast($0, from: root).wait() }
    check(bytes == expected, "broadcast of \(size) from \(root)")
  }

  private func sums(_ size: Int) throws {
    let parts = (0..<ranks.count).map { TestValues.floats(size, by: $0) }
    let expected = TestValues.tree(parts)
    var (values, fast) = (parts[ranks.rank], parts[ranks.rank])
    try values.withUnsafeMutableBufferPointer { try ranks.orderedSum($0).wait() }
    try fast.withUnsafeMutableBufferPointer { try ranks.sum($0).wait() }
    check(values.map(\.bitPattern) == expected.map(\.bitPattern), "ordered sum of \(size)")
    for place in 0..<size {
      let scale = parts.reduce(0) { $0 + abs($1[place]) }
      check(abs(fast[place] - expected[place]) <= 1e-5 * scale, "sum of \(size) at \(place)")
    }
  }

  /// Many operations in flight at once, which each rank waits for in another order.
  private func manyAtOnce() throws {
    let sizes = (0..<20).map { $0 * 991 % 4001 }
    let buffers = sizes.enumerated().map { place, size in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: size)
      _ = buffer.initialize(from: TestValues.floats(size, by: 100 * place + ranks.rank))
      return buffer
    }
    defer { buffers.forEach { $0.deallocate() } }
    var all = [UInt8](repeating: 0, count: 5 * ranks.count)
    let own = TestValues.bytes(5, by: ranks.rank)
    try all.withUnsafeMutableBytes { all in
      try own.withUnsafeBytes { own in
        var pending: [Pending] = []
        for (place, buffer) in buffers.enumerated() {
          if place == 7 { pending.append(ranks.gather(own, into: all)) }
          pending.append(ranks.orderedSum(buffer))
        }
        for place in pending.indices { try pending[(place * 11 + ranks.rank) % pending.count].wait() }
      }
    }
    check(all == (0..<ranks.count).flatMap { TestValues.bytes(5, by: $0) }, "gather among sums")
    for (place, buffer) in buffers.enumerated() {
      let expected = TestValues.tree(
        (0..<ranks.count).map { TestValues.floats(sizes[place], by: 100 * place + $0) })
      check(buffer.map(\.bitPattern) == expected.map(\.bitPattern), "sum \(place) among others")
    }
  }

  private func texts() throws {
    let own = String(repeating: "rank \(ranks.rank), ", count: ranks.rank)
    let all = try ranks.gather(Array(own.utf8))
    for (rank, text) in all.enumerated() {
      check(
        String(decoding: text, as: UTF8.self) == String(repeating: "rank \(rank), ", count: rank),
        "text of \(rank)")
    }
  }
}
