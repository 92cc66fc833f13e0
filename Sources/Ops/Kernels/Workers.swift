import Foundation
import OpenBLAS
import Synchronization

/// One call of a compiled program: work cut by shape into tasks that any thread may take.
///
/// Phases run one after another; the tasks of a phase are independent, so neither the number of threads nor the
/// order in which they take tasks changes a bit of the result.
public protocol Kernel: AnyObject {
  /// The number of tasks in each phase.
  var phases: [Int] { get }

  /// Runs one task; `worker` is the index of the thread, for its scratch memory.
  func run(phase: Int, task: Int, worker: Int)
}

/// The threads that kernels run on: the caller and its helpers, which spin shortly and then sleep between calls.
public final class Workers: @unchecked Sendable {
  /// As many threads as the machine has processors, or as `LOUPE_THREADS` says.
  public static let shared = Workers(
    count: ProcessInfo.processInfo.environment["LOUPE_THREADS"].flatMap { Int($0) }
      ?? ProcessInfo.processInfo.activeProcessorCount)

  /// The number of threads, the caller included.
  public let count: Int

  private let generation = Atomic<Int>(0)
  private let nextTask = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private let condition = NSCondition()
  // Programs that share the workers take turns, a phase at a time.
  private let turn = Mutex(())
  private var stopped = false
  // Written by the caller before `generation` is advanced, read by helpers after.
  private var kernel: (any Kernel)?
  private var phase = 0
  private var taskCount = 0

  /// A pool of `count` threads, the caller being one. The others live until `stop()`.
  public init(count: Int) {
    self.count = max(1, count)
    openblas_set_num_threads(1)
    for worker in stride(from: 1, to: self.count, by: 1) {
      let thread = Thread { [self] in serve(as: worker) }
      thread.stackSize = 8 << 20
      thread.name = "loupe-\(worker)"
      thread.start()
    }
  }

  /// Runs every phase of a kernel and returns when all its tasks are done. Kernels of several threads may be run
  /// at a time.
  public func run(_ kernel: any Kernel) {
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

  private func share(_ kernel: any Kernel, phase: Int, tasks: Int) {
    self.kernel = kernel
    self.phase = phase
    taskCount = tasks
    nextTask.store(0, ordering: .relaxed)
    busy.store(count - 1, ordering: .relaxed)
    condition.lock()
    precondition(!stopped, "a pool that was stopped runs nothing")
    generation.add(1, ordering: .sequentiallyConsistent)
    condition.broadcast()
    condition.unlock()
    takeTasks(kernel, worker: 0)
    var spins = 0
    while busy.load(ordering: .acquiring) > 0 {
      spins += 1
      if spins % 1000 == 0 { sched_yield() }
    }
    self.kernel = nil
  }

  /// Ends the helper threads; the pool runs nothing afterwards.
  public func stop() {
    condition.lock()
    stopped = true
    generation.add(1, ordering: .sequentiallyConsistent)
    condition.broadcast()
    condition.unlock()
  }

  private func takeTasks(_ kernel: any Kernel, worker: Int) {
    while true {
      let task = nextTask.add(1, ordering: .relaxed).oldValue
      if task >= taskCount { return }
      kernel.run(phase: phase, task: task, worker: worker)
    }
  }

  private func serve(as worker: Int) {
    var seen = 0
    while true {
      var spins = 0
      while generation.load(ordering: .acquiring) == seen {
        spins += 1
        if spins > 20_000 {
          condition.lock()
          while generation.load(ordering: .acquiring) == seen { condition.wait() }
          condition.unlock()
        }
      }
      seen += 1
      if stopped { return }
      if let kernel { takeTasks(kernel, worker: worker) }
      busy.subtract(1, ordering: .releasing)
    }
  }
}
