import Foundation
import OpenBLAS
import Synchronization

/// One call of a compiled program: work cut by shape into tasks that any thread may take.
///
/// Phases run one after another; the tasks of a phase are independent, so neither the number of threads nor
/// the order in which they take tasks changes a bit of the result.
package protocol Kernel: AnyObject {
  /// The number of tasks in each phase.
  var phases: [Int] { get }

  /// Runs one task; `worker` is the index of the thread, for its scratch memory.
  func run(phase: Int, task: Int, worker: Int)
}

/// The threads that kernels run on: the caller and its helpers, which spin shortly and then sleep between
/// calls.
public final class Workers: @unchecked Sendable {
  /// As many threads as the process has processors, or as `LOUPE_THREADS` says, but no more than its address
  /// space has room for.
  public static let shared = Workers(
    count: threads(
      wanted: ProcessInfo.processInfo.environment["LOUPE_THREADS"].flatMap { Int($0) } ?? Processors.count,
      addressSpace: ProcessMemory.left))

  /// The number of threads, the caller included.
  public let count: Int

  // The phase that helpers may join. One word, so that none joins a phase that has just been closed.
  private let offer = Atomic<Int>(0)
  private let nextTask = Atomic<Int>(0)
  private let stopped = Atomic<Bool>(false)
  private let condition = NSCondition()
  // Programs that share the workers take turns, a phase at a time.
  private let turn = Mutex(())
  // Written by the caller before the phase is offered, read by helpers that have joined it.
  private var kernel: (any Kernel)?
  private var phase = 0
  private var taskCount = 0
  // Guarded by the condition; the flag says whether it is worth a look.
  private var background: BackgroundWork?
  private let hasBackground = Atomic<Bool>(false)

  // In spins. What is left of a phase is mostly over in a short wait, and a background task would make the
  // helper late for the next; after a long one the thread sleeps.
  private static let shortWait = 2000
  private static let longWait = 20_000

  /// The address space of a thread, in bytes: its stack, a buffer of OpenBLAS's, and what the allocator sets
  /// aside for it.
  static let addressSpacePerThread = stackBytes + BLASBuffers.byteCount + allocatorBytesPerThread
  /// Address space that the allocator sets aside for a thread sooner or later, and hardly uses.
  package static let allocatorBytesPerThread = 64 << 20
  private static let stackBytes = 8 << 20

  /// The number of threads of which at most half of the address space that is left is taken.
  static func threads(wanted: Int, addressSpace left: Int?) -> Int {
    guard let left else { return wanted }
    if left < addressSpacePerThread {
      ProcessMemory.end(lacking: addressSpacePerThread, for: "a thread's address space")
    }
    return max(1, min(wanted, left / 2 / addressSpacePerThread))
  }

  /// A pool of `count` threads, the caller being one. The others live until `stop()`.
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

  /// Runs every phase of a kernel and returns when all its tasks are done. Kernels of several threads may be
  /// run at a time.
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

  /// Lets helpers do the work in moments when a kernel has nothing for them. Work that is begun while other
  /// work is under way waits for `finish`.
  package func begin(_ work: BackgroundWork) {
    condition.withLock {
      guard background == nil else { return }
      background = work
      hasBackground.store(true, ordering: .relaxed)
      condition.broadcast()
    }
  }

  /// Does what is left of the work, with all threads, and returns when all of it is done.
  package func finish(_ work: BackgroundWork) {
    withdraw(work)
    run(work)
    wait { work.isDone }
  }

  /// Ends the helper threads; the pool runs nothing afterwards.
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
    // A helper that is busy elsewhere has missed the phase; those that joined it still read what it consists
    // of.
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

  /// Joins the phase on offer, unless it is the one numbered `last`; if so, `last` is its number.
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

/// A word about the phase that helpers may join: its number, whether it is open, and how many are in it.
private enum Offer {
  static let members = open - 1
  static let open = 1 << 20
  static let number = 1 << 21

  static func number(of offer: Int) -> Int { offer / number }

  static func isOpen(_ offer: Int, after last: Int) -> Bool {
    offer & open != 0 && number(of: offer) != last
  }
}
