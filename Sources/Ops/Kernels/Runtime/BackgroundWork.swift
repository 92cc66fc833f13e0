import Synchronization

/// Independent tasks that are not urgent: the helpers of a pool do them in moments in which they would wait,
/// and all its threads together do the rest once it is needed.
package final class BackgroundWork: Kernel, @unchecked Sendable {
  private let count: Int
  private let body: @Sendable (Int) -> Void
  private let next = Atomic<Int>(0)
  private let done = Atomic<Int>(0)

  /// `body` for each of `0..<count`, once and in any order.
  package init(count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = body
  }

  /// What nobody has begun.
  package var phases: [Int] { [max(0, count - next.load(ordering: .relaxed))] }

  /// Runs the next task that nobody has begun, whatever its number.
  package func run(phase: Int, task: Int, worker: Int) { _ = runNext() }

  /// Runs a task that nobody has begun; false if there is none.
  func runNext() -> Bool {
    guard next.load(ordering: .relaxed) < count else { return false }
    let task = next.add(1, ordering: .relaxed).oldValue
    guard task < count else { return false }
    body(task)
    done.add(1, ordering: .releasing)
    return true
  }

  /// Whether all tasks are over.
  var isDone: Bool { done.load(ordering: .acquiring) == count }
}
