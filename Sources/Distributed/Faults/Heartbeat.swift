/// Short messages between all ranks, by which a rank that is stopped, cut off or dead is told from one that
/// computes for long: they are sent by the communication thread, which does not compute.
///
/// The number of messages on their way is bounded: a rank sends no more than a few beyond those that it has
/// received, so that none pile up for one that is stopped.
final class Heartbeat {
  /// What a rank tells the others.
  struct State {
    /// The number of collectives that it has completed.
    var completed = 0
    /// Whether it waits for one.
    var isWaiting = false
    /// Whether this is its last message.
    var isLeaving = false
  }

  private struct Peer {
    let rank: Int
    let message = UnsafeMutablePointer<Int64>.allocate(capacity: Heartbeat.words)
    var sending: MPIRequest?
    var sent = 0
    var heard = 0
    var lastHeard = Clock.seconds
    var state = State()
    var hasTakenLeave = false
  }

  private static let words = 4
  private static let bytes = Int32(words * MemoryLayout<Int64>.stride)
  /// The messages that are sent beyond those received.
  private static let credit = 4

  let library: MPILibrary
  private let rank: Int
  private let hosts: [String]
  private let communicator: MPIHandle
  private let limit: Double
  private let interval: Double
  private let incoming = UnsafeMutablePointer<Int64>.allocate(capacity: words)
  private var receiving: MPIRequest?
  private var peers: [Peer]
  // The moments of the last look, the next one and the next message, and the last at which a rank was known
  // to compute or to have completed something.
  private var last = Clock.seconds
  private var nextLook = 0.0
  private var nextBeat = 0.0
  private var lastProgress = Clock.seconds
  private var lastCompleted = 0

  /// Creates the messages between the ranks of a launch: all ranks do this together.
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

  /// Whether all ranks have taken leave of each other, so that no message is on its way.
  var isOver: Bool { peers.allSatisfy { $0.hasTakenLeave && $0.state.isLeaving && $0.sending == nil } }

  /// Receives and sends what is due.
  ///
  /// - Throws: `RankFailure.lost` if a rank has not been heard of for too long, `.stalled` if all wait.
  func turn(_ own: State) throws(RankFailure) {
    let now = Clock.seconds
    guard now >= nextLook || own.isLeaving else { return }
    // While this process was stopped it could not hear.
    if now - last > limit / 4 { forgive(now - last) }
    (last, nextLook) = (now, now + interval / 4)
    try receive(now)
    try send(own, now)
    try checkSilence(now)
    try checkProgress(own, now)
  }

  private func forgive(_ gap: Double) {
    lastProgress += gap
    for place in peers.indices { peers[place].lastHeard += gap }
  }

  private func receive(_ now: Double) throws(RankFailure) {
    while peers.contains(where: { !$0.state.isLeaving }) {
      if receiving == nil {
        receiving = try MPIRequest(library, "MPI_Irecv") {
          library.irecv(
            incoming, Heartbeat.bytes, library.layout.byte, library.layout.anySource, 0, communicator, $0)
        }
      }
      guard try receiving?.isComplete(library) == true else { return }
      receiving = nil
      guard let place = peers.firstIndex(where: { $0.rank == Int(incoming[0]) }) else { continue }
      let state = State(completed: Int(incoming[1]), isWaiting: incoming[2] != 0, isLeaving: incoming[3] != 0)
      if state.completed != peers[place].state.completed { lastProgress = now }
      peers[place].state = state
      peers[place].heard += 1
      peers[place].lastHeard = now
    }
  }

  private func send(_ own: State, _ now: Double) throws(RankFailure) {
    let isDue = now >= nextBeat
    if isDue { nextBeat = now + interval }
    for place in peers.indices where !peers[place].hasTakenLeave || peers[place].sending != nil {
      if try peers[place].sending?.isComplete(library) == false { continue }
      peers[place].sending = nil
      let mayBeat = isDue && peers[place].sent < peers[place].heard + Heartbeat.credit
      guard !peers[place].hasTakenLeave, own.isLeaving || mayBeat else { continue }
      let (message, target) = (peers[place].message, peers[place].rank)
      for (word, value) in [rank, own.completed, own.isWaiting ? 1 : 0, own.isLeaving ? 1 : 0].enumerated() {
        message[word] = Int64(value)
      }
      peers[place].sent += 1
      peers[place].hasTakenLeave = own.isLeaving
      peers[place].sending = try MPIRequest(library, "MPI_Isend") {
        library.isend(message, Heartbeat.bytes, library.layout.byte, Int32(target), 0, communicator, $0)
      }
    }
  }

  private func checkSilence(_ now: Double) throws(RankFailure) {
    let present = peers.filter { !$0.state.isLeaving }
    guard present.contains(where: { now - $0.lastHeard > limit }) else { return }
    // Those that fell silent together are named together.
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
