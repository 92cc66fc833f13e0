/// A collective operation in progress.
package final class Pending: @unchecked Sendable {
  private let thread: CommunicationThread
  // Guarded by the thread's lock.
  private var pieces: Int

  init(_ thread: CommunicationThread, pieces: Int) {
    self.thread = thread
    self.pieces = pieces
  }

  /// Waits until the operation is complete. Before, its buffers must be neither read, changed nor freed.
  package func wait() throws(RankFailure) { try thread.wait { self.pieces == 0 } }

  /// Notes that one of its collectives is complete; under the thread's lock.
  func completePiece() { pieces -= 1 }
}
