import Foundation
import enum Graph.MonotonicClock
import func Graph.contract

/// The thread that makes all calls of the MPI library.
///
/// It progresses transfers and exchanges heartbeats while the other threads compute.
final class CommunicationThread: @unchecked Sendable {
  /// The seconds after which a silent process is considered lost.
  let limit: Double
  private let wakeUp: WakeUpPipe
  private let condition = NSCondition()
  private let onFailure: @Sendable (RankFailure) -> Int32
  // Guarded by the condition.
  private var submissions: [Submission] = []
  private var waiters = 0
  // The number of polls, by which a waiting caller sees that the thread is not blocked in the library.
  private var polls = 0
  private var failure: RankFailure?
  private var isDelivered = false
  private var isClosing = false
  private var isOver = false
  private var isFinalized = false
  private var abortCode: Int32?
  private var traffic = Traffic()
  private var thread: Thread?

  /// The seconds after a failure in which a caller may wait and receive it; then the handler is called.
  private static let handlerSeconds = 3.0
  /// The seconds before an abort in which the launcher reads the output of the process. It drops the rest.
  private static let outputSeconds = 0.3
  /// The seconds after which an abort ends this process without the library.
  private static let abortSeconds = 5.0
  private static let finalizeSeconds = 5
  private static let stackBytes = 2 << 20

  init(limit: Double, onFailure: @escaping @Sendable (RankFailure) -> Int32) throws(DistributedError) {
    self.limit = limit
    self.onFailure = onFailure
    wakeUp = try WakeUpPipe()
  }

  /// Starts the thread and initializes the library.
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
    // The processes of a launch do not start at the same time.
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

  /// Submits the collectives of one operation. All ranks submit to a queue in the same order.
  func submit(_ collectives: [any Collective], in queue: CollectiveQueue, sending bytes: Int) -> Pending {
    let pending = Pending(self, pieces: collectives.count)
    condition.withLock {
      contract(!isClosing, "nothing is submitted after the end of the communication")
      traffic.bytesSent += bytes
      for collective in collectives {
        submissions.append(Submission(queue: queue, collective: collective, pending: pending))
      }
    }
    wakeUp.signal()
    return pending
  }

  /// Evaluates a condition under the lock.
  func isTrue(_ condition: () -> Bool) -> Bool { self.condition.withLock(condition) }

  /// Waits for a condition, which is evaluated under the lock.
  func wait(until isDone: () -> Bool) throws(RankFailure) {
    condition.lock()
    defer { condition.unlock() }
    waiters += 1
    let start = MonotonicClock.seconds
    defer {
      waiters -= 1
      traffic.secondsWaited += MonotonicClock.seconds - start
    }
    // Counted in wake-ups without a poll in between, as the process may have been stopped meanwhile.
    var (idleSeconds, lastPoll) = (0.0, polls)
    while !isDone() {
      if let failure {
        isDelivered = true
        throw failure
      }
      if !condition.wait(until: Date() + 1) { idleSeconds += 1 }
      if polls != lastPoll { (idleSeconds, lastPoll) = (0, polls) }
      if idleSeconds > limit { throw .stuck(seconds: limit) }
    }
  }

  /// Waits for all other ranks, and finalizes the library.
  ///
  /// A run is complete without the latter: over TCP, `MPI_Finalize` of MPICH 4.0 sometimes does not return.
  func close() throws(RankFailure) {
    condition.withLock { isClosing = true }
    wakeUp.signal()
    try wait { self.isOver }
    condition.withLock {
      for _ in 0..<CommunicationThread.finalizeSeconds where !isFinalized {
        _ = condition.wait(until: Date() + 1)
      }
    }
  }

  /// Ends all processes of the launch.
  func abort(_ code: Int32, _ world: World) -> Never {
    Thread.sleep(forTimeInterval: CommunicationThread.outputSeconds)
    if Thread.current === thread {
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: CommunicationThread.abortSeconds)
        _exit(code)
      }
      world.abort(code)
    } else {
      condition.withLock { abortCode = code }
      wakeUp.signal()
    }
    Thread.sleep(forTimeInterval: CommunicationThread.abortSeconds)
    _exit(code)
  }

  /// Returns the traffic since the last call.
  func takeTraffic() -> Traffic {
    condition.withLock {
      defer { traffic = Traffic() }
      return traffic
    }
  }

  private func serve(_ loop: CommunicationLoop, _ world: World) {
    do throws(RankFailure) {
      while !loop.isOver {
        let progress = try loop.poll(takeRequests(world))
        record(progress)
        if progress.isIdle { wakeUp.wait() } else { usleep(progress.pause) }
      }
      condition.withLock {
        isOver = true
        condition.broadcast()
      }
      _ = world.library.finalize()
      condition.withLock {
        isFinalized = true
        condition.broadcast()
      }
    } catch {
      fail(error, world)
    }
  }

  private func takeRequests(_ world: World) -> CommunicationLoop.Requests {
    let (requests, code) = condition.withLock {
      defer { (submissions, abortCode) = ([], nil) }
      return (
        CommunicationLoop.Requests(submissions: submissions, isAwaited: waiters > 0, isClosing: isClosing),
        abortCode
      )
    }
    // If it does not return, the caller of `abort` ends the process.
    if let code { world.abort(code) }
    return requests
  }

  private func record(_ progress: CommunicationLoop.Progress) {
    condition.withLock {
      polls += 1
      traffic.secondsInFlight += progress.secondsInFlight
      guard !progress.complete.isEmpty else { return }
      progress.complete.forEach { $0.completePiece() }
      condition.broadcast()
    }
  }

  /// Delivers a failure to waiting callers, or to the handler if there are none, and serves `abort`.
  private func fail(_ error: RankFailure, _ world: World) {
    condition.withLock {
      failure = error
      condition.broadcast()
    }
    var deadline: Double? = MonotonicClock.seconds + CommunicationThread.handlerSeconds
    while true {
      _ = takeRequests(world)
      let isSeen = condition.withLock {
        polls += 1
        return isDelivered
      }
      if let end = deadline, isSeen || MonotonicClock.seconds > end {
        deadline = nil
        if !isSeen { abort(onFailure(error), world) }
      }
      wakeUp.wait()
    }
  }
}
