import Ops
import Synchronization

extension Workers {
  /// Returns the results of `body` for `0..<count`, computed by all threads.
  ///
  /// - Throws: The error with the lowest index.
  func map<Result: Sendable, Failure: Error>(
    _ count: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
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

private final class MapKernel<Element: Sendable, Failure: Error>: Kernel {
  let phases: [Int]
  private let body: @Sendable (Int) throws(Failure) -> Element
  private let slots: Mutex<[Result<Element, Failure>?]>

  init(count: Int, _ body: @escaping @Sendable (Int) throws(Failure) -> Element) {
    phases = [count]
    self.body = body
    slots = Mutex([Result<Element, Failure>?](repeating: nil, count: count))
  }

  func run(phase: Int, task: Int, worker: Int) {
    let result: Result<Element, Failure>
    do throws(Failure) { result = .success(try body(task)) } catch { result = .failure(error) }
    slots.withLock { $0[task] = result }
  }

  func results() throws(Failure) -> [Element] {
    var elements: [Element] = []
    for case let slot? in slots.withLock({ $0 }) { elements.append(try slot.get()) }
    return elements
  }

  /// The results of those that did not fail.
  var values: [Element] { slots.withLock { $0 }.compactMap { try? $0?.get() } }
}
