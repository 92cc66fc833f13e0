import Foundation

/// The thread on which all calls of the MPI library are made, as other threads see it.
///
/// It moves transfers on while the others compute, and hears of the other ranks while they do.
final class CommunicationThread: @unchecked Sendable {
  /// The seconds after which an unheard process is lost.
  let limit: Double
  private let doorbell: Doorbell
  private let condition = NSCondition()
  private let onFailure: @Sendable (RankFailure) -> Void
  // All guarded by the condition.
  private var orders: [Order] = []
  private var waiters = 0
  private var turns = 0
  private var failure: RankFailure?
  private var isDelivered = false
  private var isClosing = false
  private var isClosed = false
  private var abortCode: Int32?
  private var traffic = Traffic()
  private var thread: Thread?

  /// The seconds for which a failure may go unnoticed by a waiting caller.
  private static let grace = 3.0
  /// The seconds that a launcher has to pass on what a process has printed: it drops the rest as it ends them.
  private static let printSeconds = 0.3
  /// The seconds after which `abort` does not rely on the library any more.
  private static let abortSeconds = 5.0
  private static let stackBytes = 2 << 20

  init(limit: Double, onFailure: @escaping @Sendable (RankFailure) -> Void) throws(DistributedError) {
    self.limit = limit
    self.onFailure = onFailure
    doorbell = try Doorbell()
  }

  /// Starts the thread, and with it the library; returns the ranks.
  func start(_ library: MPILibrary, _ launcher: Launcher) throws(DistributedError) -> World {
    nonisolated(unsafe) var result: Result<World, DistributedError>?
    let thread = Thread { [self] in
      do throws(DistributedError) {
        let world = try World(library, launcher)
        let loop = try CommunicationLoop(world, limit: limit)
        condition.withLock {
          result = .success(world)
          condition.broadcast()
        }
        if world.count > 1 { serve(loop, world) } else { _ = library.finalize() }
      } catch {
        condition.withLock {
          result = .failure(error)
          condition.broadcast()
        }
      }
    }
    thread.name = "loupe-mpi"
    thread.stackSize = CommunicationThread.stackBytes
    self.thread = thread
    thread.start()
    // Processes start one after another.
    let seconds = max(limit, 60)
    let found = condition.withLock { () -> Result<World, DistributedError>? in
      for _ in 0..<Int(seconds) where result == nil { _ = condition.wait(until: Date() + 1) }
      return result
    }
    guard let found else {
      throw .noStart(launcher, library: library.version, seconds: seconds)
    }
    return try found.get()
  }

  /// Adds collectives to a lane, in the same order on all ranks; returns them as one.
  func submit(_ collectives: [any Collective], in lane: Lane, sending bytes: Int) -> Pending {
    let pending = Pending(self, pieces: collectives.count)
    condition.withLock {
      contract(!isClosing, "nothing is submitted after the end of the communication")
      traffic.bytesSent += bytes
      for collective in collectives {
        orders.append(Order(lane: lane, collective: collective, pending: pending))
      }
    }
    doorbell.ring()
    return pending
  }

  /// Waits until something, which is read under the lock, is so.
  func wait(until isDone: () -> Bool) throws(RankFailure) {
    condition.lock()
    defer { condition.unlock() }
    waiters += 1
    let start = Clock.seconds
    defer {
      waiters -= 1
      traffic.secondsWaited += Clock.seconds - start
    }
    // Seconds in which this thread ran and the other made no turn: a stopped process does not count them.
    var (idleSeconds, lastTurn) = (0.0, turns)
    while !isDone() {
      if let failure {
        isDelivered = true
        throw failure
      }
      if !condition.wait(until: Date() + 1) { idleSeconds += 1 }
      if turns != lastTurn { (idleSeconds, lastTurn) = (0, turns) }
      if idleSeconds > limit { throw .stuck(seconds: limit) }
    }
  }

  /// Ends the library, when all ranks have come to this.
  func close() throws(RankFailure) {
    condition.withLock { isClosing = true }
    doorbell.ring()
    try wait { self.isClosed }
  }

  /// Ends all processes of the launch, this one with a status.
  func abort(_ code: Int32, _ world: World) -> Never {
    Thread.sleep(forTimeInterval: CommunicationThread.printSeconds)
    if Thread.current === thread {
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: CommunicationThread.abortSeconds)
        _exit(code)
      }
      world.abort(code)
    } else {
      condition.withLock { abortCode = code }
      doorbell.ring()
    }
    Thread.sleep(forTimeInterval: CommunicationThread.abortSeconds)
    _exit(code)
  }

  /// What was moved since the last call.
  func takeTraffic() -> Traffic {
    condition.withLock {
      defer { traffic = Traffic() }
      return traffic
    }
  }

  private func serve(_ loop: CommunicationLoop, _ world: World) {
    do throws(RankFailure) {
      while !loop.isClosed {
        let turn = beginTurn(world)
        let progress = try loop.turn(turn)
        endTurn(progress)
        if progress.isIdle { doorbell.wait() } else { usleep(progress.pause) }
      }
      condition.withLock {
        isClosed = true
        condition.broadcast()
      }
    } catch {
      fail(error, world)
    }
  }

  private func beginTurn(_ world: World) -> CommunicationLoop.Turn {
    let (turn, code) = condition.withLock {
      defer { (orders, abortCode) = ([], nil) }
      return (
        CommunicationLoop.Turn(orders: orders, isWaited: waiters > 0, isClosing: isClosing), abortCode
      )
    }
    // It may not return; the caller of `abort` ends the process then.
    if let code { world.abort(code) }
    return turn
  }

  private func endTurn(_ progress: CommunicationLoop.Progress) {
    condition.withLock {
      turns += 1
      traffic.secondsInFlight += progress.secondsInFlight
      guard !progress.complete.isEmpty else { return }
      progress.complete.forEach { $0.completePiece() }
      condition.broadcast()
    }
  }

  /// Delivers a failure to those who wait, or to the handler if nobody does, and serves `abort`.
  private func fail(_ error: RankFailure, _ world: World) {
    condition.withLock {
      failure = error
      condition.broadcast()
    }
    var deadline: Double? = Clock.seconds + CommunicationThread.grace
    while true {
      _ = beginTurn(world)
      let isSeen = condition.withLock {
        turns += 1
        return isDelivered
      }
      if let end = deadline, isSeen || Clock.seconds > end {
        deadline = nil
        if !isSeen { onFailure(error) }
      }
      doorbell.wait()
    }
  }
}
