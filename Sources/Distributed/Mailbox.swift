/// Messages of any size between two ranks, each of which the receiver reads when it comes to it.
///
///     try mailbox.send(header, values, to: 0)
///     while let message = try mailbox.poll() { … }
///
/// Every rank of the communicator creates one; nothing else uses the communicator. A rank that has polled
/// in vain waits for a message until there is one, so the last message that it is sent has to end its polls.
package final class Mailbox {
  /// A message.
  package struct Message: Equatable, Sendable {
    /// The rank that has sent it.
    package let sender: Int
    package let header: [UInt8]
    package let values: [Float]
  }

  private let communicator: Communicator
  private let envelope: UnsafeMutableBufferPointer<Int>
  private var arriving: Pending?
  private var sending: [(pending: Pending, memory: UnsafeMutableRawBufferPointer)] = []

  /// The mailbox of this rank.
  package init(_ communicator: Communicator) {
    self.communicator = communicator
    envelope = .allocate(capacity: 3)
    envelope.initialize(repeating: 0)
  }

  // A receive in progress still writes to the envelope.
  deinit { if arriving == nil { envelope.deallocate() } }

  /// Sends a message. It returns before the receiver has read it, but not before that has read the one
  /// before.
  package func send(_ header: [UInt8], _ values: [Float] = [], to rank: Int) throws(RankFailure) {
    try flush()
    let sizes = [communicator.rank, header.count, values.count]
    sizes.withUnsafeBytes { submit($0, to: rank, .envelope) }
    header.withUnsafeBytes { submit($0, to: rank, .content) }
    values.withUnsafeBytes { submit($0, to: rank, .content) }
  }

  /// Waits until everything that was sent has been read.
  package func flush() throws(RankFailure) {
    while let (pending, memory) = sending.first {
      try pending.wait()
      memory.deallocate()
      sending.removeFirst()
    }
  }

  /// Returns the next message, if it has arrived.
  package func poll() throws(RankFailure) -> Message? {
    guard awaited.isComplete else { return nil }
    return try next()
  }

  /// Waits for the next message.
  package func next() throws(RankFailure) -> Message {
    try awaited.wait()
    arriving = nil
    let (sender, headerCount, valueCount) = (envelope[0], envelope[1], envelope[2])
    var header = [UInt8](repeating: 0, count: headerCount)
    var values = [Float](repeating: 0, count: valueCount)
    try header.withUnsafeMutableBufferPointer { (bytes) throws(RankFailure) in
      try communicator.receive(UnsafeMutableRawBufferPointer(bytes), from: sender, .content).wait()
    }
    try values.withUnsafeMutableBufferPointer { (values) throws(RankFailure) in
      try communicator.receive(UnsafeMutableRawBufferPointer(values), from: sender, .content).wait()
    }
    return Message(sender: sender, header: header, values: values)
  }

  private var awaited: Pending {
    if let arriving { return arriving }
    let new = communicator.receive(UnsafeMutableRawBufferPointer(envelope), from: nil, .envelope)
    arriving = new
    return new
  }

  private func submit(_ bytes: UnsafeRawBufferPointer, to rank: Int, _ kind: MessageKind) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    memory.copyMemory(from: bytes)
    sending.append((communicator.send(UnsafeRawBufferPointer(memory), to: rank, kind), memory))
  }
}
