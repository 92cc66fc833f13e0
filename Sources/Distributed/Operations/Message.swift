/// The sending of bytes to one rank.
final class Send: Collective {
  let phases = 1
  private let bytes: UnsafeRawBufferPointer
  private let target: Int
  private let kind: MessageKind

  init(_ bytes: UnsafeRawBufferPointer, to target: Int, _ kind: MessageKind) {
    (self.bytes, self.target, self.kind) = (bytes, target, kind)
  }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    try MPIRequest(queue.library, "MPI_Isend") {
      queue.library.isend(
        UnsafeMutableRawPointer(mutating: bytes.baseAddress), Int32(bytes.count), queue.library.layout.byte,
        Int32(target), kind.rawValue, queue.communicator(phase), $0)
    }
  }
}

/// The receipt of bytes from one rank, or from whichever sends them first.
///
/// It may wait for a long time, in which nothing is in transit.
final class Receive: Collective {
  let phases = 1
  let isTransfer: Bool
  private let bytes: UnsafeMutableRawBufferPointer
  private let source: Int?
  private let kind: MessageKind

  init(_ bytes: UnsafeMutableRawBufferPointer, from source: Int?, _ kind: MessageKind) {
    (self.bytes, self.source, self.kind) = (bytes, source, kind)
    isTransfer = source != nil
  }

  func start(phase: Int, in queue: CollectiveQueue) throws(RankFailure) -> MPIRequest? {
    let layout = queue.library.layout
    return try MPIRequest(queue.library, "MPI_Irecv") {
      queue.library.irecv(
        bytes.baseAddress, Int32(bytes.count), layout.byte, source.map { Int32($0) } ?? layout.anySource,
        kind.rawValue, queue.communicator(phase), $0)
    }
  }
}

/// The tag of a message.
enum MessageKind: Int32 {
  /// The sender and the sizes of what follows.
  case envelope
  /// The header or the values that an envelope announces.
  case content
}
