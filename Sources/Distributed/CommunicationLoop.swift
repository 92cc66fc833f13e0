import enum Graph.MonotonicClock

/// The state of the communication thread: the collectives in flight and the heartbeat, both of which it
/// polls.
final class CommunicationLoop {
  /// The input of a poll.
  struct Requests {
    let submissions: [Submission]
    /// Whether a caller waits for an operation.
    let isAwaited: Bool
    let isClosing: Bool
  }

  /// The result of a poll.
  struct Progress {
    /// The operations of the collectives that have completed.
    var complete: [Pending] = []
    /// The seconds since the last poll if a collective was in flight.
    var secondsInFlight = 0.0
    /// Whether no collective is in flight.
    var isIdle = true
    /// The microseconds to sleep before the next poll.
    var pause: UInt32 = 0
  }

  // In microseconds: the pause after progress, which then doubles, and its maximum.
  private static let shortestPause: UInt32 = 20
  private static let longestPause: UInt32 = 1000
  private static let longestPauseIfAwaited: UInt32 = 200
  // In seconds. A poll that takes longer has moved data, and probably the next one will, too.
  private static let emptyPoll = 10e-6

  private let heartbeat: Heartbeat
  private var queues: [CollectiveQueue] = []
  private var lastPoll = MonotonicClock.seconds
  private var pause = shortestPause
  private var completed = 0

  init(_ world: World, limit: Double) throws(DistributedError) {
    do { heartbeat = try Heartbeat(world, limit: limit) } catch { throw .fault(error) }
  }

  /// Whether all ranks are closing and nothing is in transit.
  var isOver: Bool { heartbeat.isOver }

  /// Starts what was submitted, tests what is in flight, and sends and receives heartbeats, without blocking.
  func poll(_ requests: Requests) throws(RankFailure) -> Progress {
    let start = MonotonicClock.seconds
    var progress = Progress()
    if queues.contains(where: \.hasTransfers) { progress.secondsInFlight = start - lastPoll }
    lastPoll = start
    for submission in requests.submissions {
      submission.queue.submit(submission.collective, submission.pending)
      if !queues.contains(where: { $0 === submission.queue }) { queues.append(submission.queue) }
    }
    for queue in queues { progress.complete += try queue.advance() }
    queues.removeAll { $0.isIdle }
    completed += progress.complete.count
    try heartbeat.poll(
      Heartbeat.State(
        completed: completed, isWaiting: requests.isAwaited, isLast: requests.isClosing && queues.isEmpty))
    progress.isIdle = queues.isEmpty
    progress.pause = nextPause(
      hasMoved: !progress.complete.isEmpty || !requests.submissions.isEmpty
        || MonotonicClock.seconds - start > CommunicationLoop.emptyPoll,
      isAwaited: requests.isAwaited)
    return progress
  }

  private func nextPause(hasMoved: Bool, isAwaited: Bool) -> UInt32 {
    let longest = isAwaited ? CommunicationLoop.longestPauseIfAwaited : CommunicationLoop.longestPause
    pause = hasMoved ? CommunicationLoop.shortestPause : min(2 * pause, longest)
    return pause
  }
}
