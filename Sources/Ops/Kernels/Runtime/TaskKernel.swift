/// A kernel of one phase that calls a function for each task.
final class TaskKernel: Kernel {
  let phases: [Int]
  private let body: (_ task: Int, _ worker: Int) -> Void

  /// Creates a kernel whose tasks call `body` with the index of the task and of the worker.
  init(tasks: Int = 1, _ body: @escaping (_ task: Int, _ worker: Int) -> Void) {
    phases = [tasks]
    self.body = body
  }

  func run(phase: Int, task: Int, worker: Int) { body(task, worker) }
}
