import Synchronization

/// Independent low-priority tasks: a pool's helper threads run them while they would otherwise wait, and all
/// its threads run the rest once the results are needed.
package final class BackgroundWork: Kernel, @unchecked Sendable {
  private let count: Int
  private let body: @Sendable (Int) -> Void
  private let next = Atomic<Int>(0)
  private let done = Atomic<Int>(0)

  /// Creates work that runs `body` once for each of `0..<count`, in any order.
  package init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = body
  }

  /// The tasks not started yet.
  package var phases: [Int] { [max(0, count - next.load(ordering: .relaxed))] }

  /// Runs the next task not started yet, whatever its number.
  package func run(phase: Int, task: Int, worker: Int) { _ = runNext() }

  /// Runs the next task not started yet; returns false if there is none.
  func runNext() -> Bool {
    guard next.load(ordering: .relaxed) < count else { return false }
    let task = next.add(1, ordering: .relaxed).oldValue
    guard task < count else { return false }
    body(task)
    done.add(1, ordering: .releasing)
    return true
  }

  /// Whether all tasks have finished.
  var isDone: Bool { done.load(ordering: .acquiring) == count }
}
