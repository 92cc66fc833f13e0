import enum Graph.MonotonicClock

/// Periodic messages between all ranks, which detect a rank that is stopped, disconnected or dead. A rank
/// that computes for a long time continues to send them, as they are sent by the communication thread.
///
/// A rank sends at most a few messages more than it has received from a peer, so that messages do not
/// accumulate for a stopped rank.
final class Heartbeat {
  /// The content of a message.
  struct State {
    /// The number of collectives that the rank has completed.
    var completed = 0
    /// Whether a caller waits for one.
    var isWaiting = false
    /// Whether this is the last message of the rank.
    var isLast = false
  }

  private struct Peer {
    let rank: Int
    let message = UnsafeMutablePointer<Int64>.allocate(capacity: Heartbeat.words)
    var sending: MPIRequest?
    var sent = 0
    var heard = 0
    var lastHeard = MonotonicClock.seconds
    var state = State()
    var hasSentLast = false
  }

  private static let words = 4
  private static let bytes = Int32(words * MemoryLayout<Int64>.stride)
  /// The maximum number of messages sent to a peer in excess of those received from it.
  private static let credit = 4

  private let library: MPILibrary
  private let rank: Int
  private let hosts: [String]
  private let communicator: MPIHandle
  private let limit: Double
  private let interval: Double
  private let incoming = UnsafeMutablePointer<Int64>.allocate(capacity: words)
  private var receiving: MPIRequest?
  private var peers: [Peer]
  // In seconds. `lastProgress` is the last time at which a rank computed or completed a collective.
  private var lastPoll = MonotonicClock.seconds
  private var nextPoll = 0.0
  private var nextMessage = 0.0
  private var lastProgress = MonotonicClock.seconds
  private var lastCompleted = 0

  /// Creates the heartbeat of a launch. All ranks do this at the same time, as the communicator is
  /// duplicated.
  init(_ world: World, limit: Double) throws(RankFailure) {
    library = world.library
    rank = world.rank
    hosts = world.hosts
    self.limit = limit
    interval = min(1, limit / 8)
    peers = (0..<world.count).filter { $0 != world.rank }.map { Peer(rank: $0) }
    var communicator = 0 as MPIHandle
    try library.check(library.commDup(library.layout.world, &communicator), "MPI_Comm_dup")
    try library.check(
      library.setErrorHandler(communicator, library.layout.errorsReturn), "MPI_Comm_set_errhandler")
    self.communicator = communicator
  }

  deinit {
    incoming.deallocate()
    peers.forEach { $0.message.deallocate() }
  }

  /// Whether the last messages of all ranks have been exchanged, so that none is in transit.
  var isOver: Bool { peers.allSatisfy { $0.hasSentLast && $0.state.isLast && $0.sending == nil } }

  /// Receives and sends the messages that are due.
  ///
  /// - Throws: `RankFailure.lost` if a rank is silent for too long, `.stalled` if all ranks wait.
  func poll(_ own: State) throws(RankFailure) {
    let now = MonotonicClock.seconds
    guard now >= nextPoll || own.isLast else { return }
    // A process that was stopped itself has received nothing meanwhile.
    if now - lastPoll > limit / 4 { extendDeadlines(by: now - lastPoll) }
    (lastPoll, nextPoll) = (now, now + interval / 4)
    try receive(now)
    try send(own, now)
    try checkSilence(now)
    try checkProgress(own, now)
  }

  private func extendDeadlines(by gap: Double) {
    lastProgress += gap
    for place in peers.indices { peers[place].lastHeard += gap }
  }

  private func receive(_ now: Double) throws(RankFailure) {
    while peers.contains(where: { !$0.state.isLast }) {
      if receiving == nil {
        receiving = try MPIRequest(library, "MPI_Irecv") {
          library.irecv(
            incoming, Heartbeat.bytes, library.layout.byte, library.layout.anySource, 0, communicator, $0)
        }
      }
      guard try receiving?.isComplete(library) == true else { return }
      receiving = nil
      guard let place = peers.firstIndex(where: { $0.rank == Int(incoming[0]) }) else { continue }
      let state = State(completed: Int(incoming[1]), isWaiting: incoming[2] != 0, isLast: incoming[3] != 0)
      if state.completed != peers[place].state.completed { lastProgress = now }
      peers[place].state = state
      peers[place].heard += 1
      peers[place].lastHeard = now
    }
  }

  private func send(_ own: State, _ now: Double) throws(RankFailure) {
    let isDue = now >= nextMessage
    if isDue { nextMessage = now + interval }
    for place in peers.indices where !peers[place].hasSentLast || peers[place].sending != nil {
      if try peers[place].sending?.isComplete(library) == false { continue }
      peers[place].sending = nil
      let maySend = isDue && peers[place].sent < peers[place].heard + Heartbeat.credit
      guard !peers[place].hasSentLast, own.isLast || maySend else { continue }
      let (message, target) = (peers[place].message, peers[place].rank)
      for (word, value) in [rank, own.completed, own.isWaiting ? 1 : 0, own.isLast ? 1 : 0].enumerated() {
        message[word] = Int64(value)
      }
      peers[place].sent += 1
      peers[place].hasSentLast = own.isLast
      peers[place].sending = try MPIRequest(library, "MPI_Isend") {
        library.isend(message, Heartbeat.bytes, library.layout.byte, Int32(target), 0, communicator, $0)
      }
    }
  }

  private func checkSilence(_ now: Double) throws(RankFailure) {
    let present = peers.filter { !$0.state.isLast }
    guard present.contains(where: { now - $0.lastHeard > limit }) else { return }
    // Ranks that became silent at about the same time are reported together.
    let lost = present.filter { now - $0.lastHeard > limit - 2 * interval }
    throw .lost(
      lost.map { RankFailure.Lost(rank: $0.rank, host: hosts[$0.rank]) }, others: peers.count, seconds: limit)
  }

  private func checkProgress(_ own: State, _ now: Double) throws(RankFailure) {
    if own.completed != lastCompleted || !own.isWaiting || peers.contains(where: { !$0.state.isWaiting }) {
      (lastProgress, lastCompleted) = (now, own.completed)
    }
    if now - lastProgress > limit { throw .stalled(seconds: limit) }
  }
}
