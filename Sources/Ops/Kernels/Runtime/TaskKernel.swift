/// A kernel that calls a function for each task.
final class TaskKernel: Kernel {
  let phases: [Int]
  private let body: (_ phase: Int, _ task: Int, _ worker: Int) -> Void

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - phases: The number of tasks in each phase.
  ///   - body: Runs one task.
  init(phases: [Int], _ body: @escaping (_ phase: Int, _ task: Int, _ worker: Int) -> Void) {
    self.phases = phases
    self.body = body
  }

  /// Creates a kernel of one phase.
  convenience init(tasks: Int = 1, _ body: @escaping (_ task: Int, _ worker: Int) -> Void) {
    self.init(phases: [tasks]) { _, task, worker in body(task, worker) }
  }

  func run(phase: Int, task: Int, worker: Int) { body(phase, task, worker) }
}
