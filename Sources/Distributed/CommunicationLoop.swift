/// What the communication thread does in turn after turn: it starts what was submitted, moves on what is in
/// flight, and listens for the other ranks.
final class CommunicationLoop {
  /// What callers want.
  struct Turn {
    let orders: [Order]
    /// Whether a caller waits.
    let isWaited: Bool
    let isClosing: Bool
  }

  /// What came of a turn.
  struct Progress {
    var complete: [Pending] = []
    /// The seconds since the last turn in which a collective was in flight.
    var secondsInFlight = 0.0
    /// Whether nothing is in flight.
    var isIdle = true
    /// The microseconds until the next turn.
    var pause: UInt32 = 0
  }

  // In microseconds. A turn that takes longer than a mere look has moved data, and the next one will as well.
  private static let shortPause: UInt32 = 20
  private static let longPause: UInt32 = 200
  private static let longPauseIfWaited: UInt32 = 50
  private static let look = 10e-6

  private let heartbeat: Heartbeat
  private var lanes: [Lane] = []
  private var last = Clock.seconds
  private var pause = shortPause
  private var completed = 0

  init(_ world: World, limit: Double) throws(DistributedError) {
    do { heartbeat = try Heartbeat(world, limit: limit) } catch { throw .fault(error) }
  }

  /// Whether all ranks have taken their leave and the library has ended.
  private(set) var isClosed = false

  /// Does what there is to be done, without waiting for anything.
  func turn(_ turn: Turn) throws(RankFailure) -> Progress {
    let start = Clock.seconds
    var progress = Progress()
    if !lanes.isEmpty { progress.secondsInFlight = start - last }
    last = start
    for order in turn.orders {
      order.lane.submit(order.collective, order.pending)
      if !lanes.contains(where: { $0 === order.lane }) { lanes.append(order.lane) }
    }
    for lane in lanes { progress.complete += try lane.advance() }
    lanes.removeAll { $0.isIdle }
    completed += progress.complete.count
    try heartbeat.turn(
      Heartbeat.State(
        completed: completed, isWaiting: turn.isWaited, isLeaving: turn.isClosing && lanes.isEmpty))
    if heartbeat.isOver { try close() }
    progress.isIdle = lanes.isEmpty
    progress.pause = nextPause(
      hasMoved: !progress.complete.isEmpty || !turn.orders.isEmpty
        || Clock.seconds - start > CommunicationLoop.look,
      isWaited: turn.isWaited)
    return progress
  }

  private func nextPause(hasMoved: Bool, isWaited: Bool) -> UInt32 {
    let longest = isWaited ? CommunicationLoop.longPauseIfWaited : CommunicationLoop.longPause
    pause = hasMoved ? CommunicationLoop.shortPause : min(2 * pause, longest)
    return pause
  }

  private func close() throws(RankFailure) {
    try heartbeat.library.check(heartbeat.library.finalize(), "MPI_Finalize")
    isClosed = true
  }
}
