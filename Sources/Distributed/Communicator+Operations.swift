import func Graph.contract

extension Communicator {
  /// Gathers the same number of bytes from each rank, in the order of ranks. The own bytes may already be at
  /// their place in the result.
  package func gather(
    _ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer
  ) -> Pending {
    gather(own, into: all, counts: Array(repeating: own.count, count: count))
  }

  /// Gathers `counts[rank]` bytes from each rank, in the order of ranks. The own bytes may already be at
  /// their place in the result.
  package func gather(
    _ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, counts: [Int]
  ) -> Pending {
    let total = counts.reduce(0, +)
    contract(
      counts.count == count && counts[rank] == own.count, "the own block has the size that counts gives")
    contract(all.count == total, "\(total) bytes are gathered into \(all.count)")
    let sent = own.count * (count - 1)
    if total == 0 { return thread.submit([], in: queue, sending: 0) }
    if total <= sizes.gather {
      return thread.submit([Gather(own, into: all, blocks: counts, rank: rank)], in: queue, sending: sent)
    }
    // Too large for 32-bit counts.
    var start = 0
    var pieces: [any Collective] = []
    for (root, bytes) in counts.enumerated() {
      let block = UnsafeMutableRawBufferPointer(rebasing: all[start..<start + bytes])
      if root == rank, own.baseAddress != UnsafeRawPointer(block.baseAddress) { block.copyMemory(from: own) }
      pieces += broadcasts(block, from: root)
      start += bytes
    }
    return thread.submit(pieces, in: queue, sending: sent)
  }

  /// Broadcasts the bytes of the rank `root`.
  package func broadcast(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) -> Pending {
    contract((0..<count).contains(root), "rank \(root) is not among \(count)")
    return thread.submit(
      broadcasts(bytes, from: root), in: queue, sending: rank == root ? bytes.count * (count - 1) : 0)
  }

  /// Sums a tensor over all ranks in place, in the order that the library chooses: the last bits depend on
  /// the library, the number of ranks and the network.
  package func sum(_ values: UnsafeMutableBufferPointer<Float>) -> Pending {
    thread.submit(pieces(of: values) { FastSum($0) }, in: queue, sending: bytesSent(values))
  }

  /// Sums a tensor over all ranks in place, in pairs: `((0, 1), (2, 3)), (4, 5)`. The result has the same
  /// bits on every rank and with every library.
  package func orderedSum(_ values: UnsafeMutableBufferPointer<Float>) -> Pending {
    thread.submit(
      pieces(of: values) { OrderedSum($0, rank: rank, count: count) }, in: queue, sending: bytesSent(values))
  }

  /// Sends bytes to another rank, which receives as many.
  func send(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ kind: MessageKind) -> Pending {
    let pieces = ranges(of: bytes.count).map { range in
      Send(UnsafeRawBufferPointer(rebasing: bytes[range]), to: rank, kind)
    }
    return thread.submit(pieces, in: queue, sending: bytes.count)
  }

  /// Receives bytes of a rank, or of any.
  func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int?, _ kind: MessageKind) -> Pending {
    let pieces = ranges(of: bytes.count).map { range in
      Receive(UnsafeMutableRawBufferPointer(rebasing: bytes[range]), from: rank, kind)
    }
    return thread.submit(pieces, in: queue, sending: 0)
  }

  /// Completes when every rank has submitted it.
  package func barrier() -> Pending { thread.submit([Barrier()], in: queue, sending: 0) }

  /// Gathers byte arrays, whose sizes the ranks need not know, and waits for them.
  package func gather(_ own: [UInt8]) throws(RankFailure) -> [[UInt8]] {
    let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: count)
    defer { counts.deallocate() }
    counts.initialize(repeating: own.count)
    let ownCount = UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: counts[rank...rank]))
    try gather(ownCount, into: UnsafeMutableRawBufferPointer(counts)).wait()

    let all = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: counts.reduce(0, +))
    defer { all.deallocate() }
    all.initialize(repeating: 0)
    let starts = counts.indices.map { counts[..<$0].reduce(0, +) }
    let blocks = zip(starts, counts).map { $0..<$0 + $1 }
    let block = UnsafeMutableBufferPointer(rebasing: all[blocks[rank]])
    _ = block.update(fromContentsOf: own)
    try gather(UnsafeRawBufferPointer(block), into: UnsafeMutableRawBufferPointer(all), counts: Array(counts))
      .wait()
    return blocks.map { Array(all[$0]) }
  }

  private func broadcasts(_ bytes: UnsafeMutableRawBufferPointer, from root: Int) -> [any Collective] {
    ranges(of: bytes.count).map { Broadcast(UnsafeMutableRawBufferPointer(rebasing: bytes[$0]), from: root) }
  }

  private func ranges(of bytes: Int) -> [Range<Int>] {
    stride(from: 0, to: bytes, by: sizes.piece).map { $0..<min($0 + sizes.piece, bytes) }
  }

  private func pieces(
    of values: UnsafeMutableBufferPointer<Float>,
    _ collective: (UnsafeMutableBufferPointer<Float>) -> any Collective
  ) -> [any Collective] {
    let length = sizes.piece / MemoryLayout<Float>.stride
    return stride(from: 0, to: values.count, by: length).map { start in
      collective(UnsafeMutableBufferPointer(rebasing: values[start..<min(start + length, values.count)]))
    }
  }

  private func bytesSent(_ values: UnsafeMutableBufferPointer<Float>) -> Int {
    2 * values.count * MemoryLayout<Float>.stride * (count - 1) / count
  }
}
