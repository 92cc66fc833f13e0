import Ops
import Synchronization

extension Workers {
  /// Returns a pool whose threads all run already, so that what a thread allocates at its start is not
  /// counted as a program's.
  public static func running(count: Int) -> Workers {
    let workers = Workers(count: count)
    workers.run(Meeting(of: workers.count))
    return workers
  }
}

/// A kernel with one task for each thread, none of which ends before all have begun.
private final class Meeting: Kernel {
  let phases: [Int]
  private let present = Atomic<Int>(0)

  init(of threads: Int) { phases = [threads] }

  func run(phase: Int, task: Int, worker: Int) {
    present.add(1, ordering: .relaxed)
    while present.load(ordering: .relaxed) < phases[phase] {}
  }
}
