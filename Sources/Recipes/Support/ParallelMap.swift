import Ops
import Synchronization

extension Workers {
  /// Returns the results of `body` for `0..<count`, computed by all threads.
  ///
  /// - Throws: The error with the lowest index.
  func map<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Result) throws
    -> [Result]
  {
    let kernel = MapKernel(count: count, body)
    run(kernel)
    return try kernel.results()
  }

  /// Returns the results of `body` for `0..<count`, computed by all threads.
  func results<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
    let kernel = MapKernel(count: count, body)
    run(kernel)
    return kernel.values
  }
}

private final class MapKernel<Element: Sendable>: Kernel {
  let phases: [Int]
  private let body: @Sendable (Int) throws -> Element
  private let slots: Mutex<[Result<Element, any Error>?]>

  init(count: Int, _ body: @escaping @Sendable (Int) throws -> Element) {
    phases = [count]
    self.body = body
    slots = Mutex([Result<Element, any Error>?](repeating: nil, count: count))
  }

  func run(phase: Int, task: Int, worker: Int) {
    let result = Result { try body(task) }
    slots.withLock { $0[task] = result }
  }

  func results() throws -> [Element] {
    let slots = slots.withLock { $0 }
    return try slots.compactMap { try $0?.get() }
  }

  /// The results of those that did not fail.
  var values: [Element] { slots.withLock { $0 }.compactMap { try? $0?.get() } }
}
