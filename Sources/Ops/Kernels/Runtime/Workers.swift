import Foundation
import OpenBLAS
import Synchronization

/// One call of a compiled program, divided by shape into tasks that any thread may run.
///
/// Phases run one after another; the tasks of a phase are independent, so neither the number of threads nor
/// the order of tasks changes the result.
package protocol Kernel: AnyObject {
  /// The number of tasks in each phase.
  var phases: [Int] { get }

  /// Runs one task; `worker` is the index of the thread, for its scratch memory.
  func run(phase: Int, task: Int, worker: Int)
}

/// The thread pool of kernels: the calling thread and its helpers, which spin briefly between calls and then
/// sleep.
public final class Workers: @unchecked Sendable {
  /// The shared pool, with one thread per available processor, divided by the processes that share them, or
  /// `LOUPE_THREADS` threads, but no more than the address space allows.
  public static let shared = Workers(
    count: threads(
      wanted: ProcessInfo.processInfo.environment["LOUPE_THREADS"].flatMap { Int($0) }
        ?? Processors.count(sharedBy: processes.load(ordering: .relaxed)),
      addressSpace: ProcessMemory.left))

  /// The number of processes of a run on this machine; set before the shared pool is first used.
  package static let processes = Atomic<Int>(1)

  /// The number of threads, the calling thread included.
  public let count: Int

  // The state of the phase on offer. It is one atomic word, so that no helper joins a phase that has just
  // been closed.
  private let offer = Atomic<Int>(0)
  private let nextTask = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let condition = NSCondition()
  // Programs that share the pool alternate, one phase at a time.
  private let turn = Mutex(())
  // Written by the caller before the phase is offered, read by helpers that have joined it.
  private var kernel: (any Kernel)?
  private var phase = 0
  private var taskCount = 0
  // Guarded by the condition; the flag is a hint whether to look.
  private var background: BackgroundWork?
  private let hasBackground = Atomic<Bool>(false)

  // In spins. A phase usually ends within a short wait, and a background task would delay the helper for the
  // next one; after a long wait the thread sleeps.
  private static let shortWait = 2000
  private static let longWait = 20_000

  /// The address space of a thread in bytes: its stack, an OpenBLAS buffer, and the allocator's reservation.
  static let addressSpacePerThread = stackBytes + BLASBuffers.byteCount + allocatorBytesPerThread
  /// The address space that the allocator eventually reserves for a thread, mostly unused.
  package static let allocatorBytesPerThread = 64 << 20
  private static let stackBytes = 8 << 20

  /// Returns the number of threads that take at most half of the remaining address space.
  static func threads(wanted: Int, addressSpace left: Int?) -> Int {
    guard let left else { return wanted }
    if left < addressSpacePerThread {
      ProcessMemory.end(lacking: addressSpacePerThread, for: "a thread's address space")
    }
    return max(1, min(wanted, left / 2 / addressSpacePerThread))
  }

  /// Creates a pool of `count` threads, including the calling thread. The others live until `stop()`.
  ///
  /// - Parameter count: The number of threads, the calling thread included.
  public init(count: Int) {
    self.count = max(1, count)
    openblas_set_num_threads(1)
    BLASBuffers.reserve(self.count)
    for worker in stride(from: 1, to: self.count, by: 1) {
      let thread = Thread { [self] in serve(as: worker) }
      thread.stackSize = Workers.stackBytes
      thread.name = "loupe-\(worker)"
      thread.start()
    }
  }

  /// Runs every phase of a kernel and returns when all its tasks are done. May be called from several
  /// threads.
  package func run(_ kernel: any Kernel) {
    let phases = kernel.phases
    for phase in phases.indices {
      let tasks = phases[phase]
      if tasks <= 1 || count == 1 {
        for task in 0..<tasks { kernel.run(phase: phase, task: task, worker: 0) }
        continue
      }
      turn.withLock { _ in share(kernel, phase: phase, tasks: tasks) }
    }
  }

  /// Starts background work, which helpers run while a kernel has no task for them. If other work is in
  /// progress, it waits for `finish`.
  package func begin(_ work: BackgroundWork) {
    condition.withLock {
      guard background == nil else { return }
      background = work
      hasBackground.store(true, ordering: .relaxed)
      condition.broadcast()
    }
  }

  /// Runs the rest of the work on all threads, and returns when all of it is done.
  package func finish(_ work: BackgroundWork) {
    withdraw(work)
    run(work)
    wait { work.isDone }
  }

  /// Stops the helper threads; the pool must not be used afterwards.
  public func stop() {
    condition.withLock {
      stopped.store(true, ordering: .relaxed)
      condition.broadcast()
    }
  }

  private func share(_ kernel: any Kernel, phase: Int, tasks: Int) {
    self.kernel = kernel
    self.phase = phase
    taskCount = tasks
    nextTask.store(0, ordering: .relaxed)
    condition.withLock {
      contract(!stopped.load(ordering: .relaxed), "a pool that was stopped runs nothing")
      offer.wrappingAdd(Offer.number + Offer.open, ordering: .releasing)
      condition.broadcast()
    }
    takeTasks(kernel, worker: 0)
    // A busy helper has missed the phase; those that joined it still read its fields.
    offer.wrappingSubtract(Offer.open, ordering: .relaxed)
    wait { offer.load(ordering: .acquiring) & Offer.members == 0 }
    self.kernel = nil
  }

  private func wait(until isDone: () -> Bool) {
    var spins = 0
    while !isDone() {
      spins += 1
      if spins % 1000 == 0 { sched_yield() }
    }
  }

  private func takeTasks(_ kernel: any Kernel, worker: Int) {
    while true {
      let task = nextTask.add(1, ordering: .relaxed).oldValue
      if task >= taskCount { return }
      kernel.run(phase: phase, task: task, worker: worker)
    }
  }

  private func serve(as worker: Int) {
    var last = 0
    var spins = 0
    while !stopped.load(ordering: .relaxed) {
      if joinPhase(after: &last) {
        if let kernel { takeTasks(kernel, worker: worker) }
        offer.wrappingSubtract(1, ordering: .releasing)
        spins = 0
      } else if spins >= Workers.shortWait, hasBackground.load(ordering: .relaxed) {
        takeBackgroundTask()
        spins = Workers.shortWait
      } else {
        spins += 1
        if spins > Workers.longWait { sleep(after: last) }
      }
    }
  }

  /// Joins the phase on offer and stores its number in `last`, unless that phase has been joined already.
  private func joinPhase(after last: inout Int) -> Bool {
    var offered = offer.load(ordering: .relaxed)
    while Offer.isOpen(offered, after: last) {
      let change = offer.compareExchange(expected: offered, desired: offered + 1, ordering: .acquiring)
      if change.exchanged {
        last = Offer.number(of: offered)
        return true
      }
      offered = change.original
    }
    return false
  }

  private func takeBackgroundTask() {
    guard let work = condition.withLock({ background }) else { return }
    if !work.runNext() { withdraw(work) }
  }

  private func withdraw(_ work: BackgroundWork) {
    condition.withLock {
      guard background === work else { return }
      background = nil
      hasBackground.store(false, ordering: .relaxed)
    }
  }

  private func sleep(after last: Int) {
    condition.withLock {
      while !Offer.isOpen(offer.load(ordering: .relaxed), after: last), background == nil,
        !stopped.load(ordering: .relaxed)
      {
        condition.wait()
      }
    }
  }
}

/// The bit layout of the phase on offer: its number, whether it is open, and how many helpers are in it.
private enum Offer {
  static let members = open - 1
  static let open = 1 << 20
  static let number = 1 << 21

  static func number(of offer: Int) -> Int { offer / number }

  static func isOpen(_ offer: Int, after last: Int) -> Bool {
    offer & open != 0 && number(of: offer) != last
  }
}
