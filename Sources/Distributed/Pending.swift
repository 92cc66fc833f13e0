/// A collective operation in progress.
package final class Pending: @unchecked Sendable {
  private let thread: CommunicationThread
  // The number of collectives that are not complete, guarded by the thread's lock.
  private var pieces: Int

  init(_ thread: CommunicationThread, pieces: Int) {
    self.thread = thread
    self.pieces = pieces
  }

  /// Whether the operation is complete. After a failure it never is.
  package var isComplete: Bool { thread.isTrue { self.pieces == 0 } }

  /// Waits until the operation is complete. Until then, its buffers must not be accessed or freed.
  ///
  /// - Throws: `RankFailure` if it cannot be completed. The processes can only end then.
  package func wait() throws(RankFailure) { try thread.wait { self.pieces == 0 } }

  /// Records that one of its collectives is complete. The caller holds the thread's lock.
  func completePiece() { pieces -= 1 }
}
