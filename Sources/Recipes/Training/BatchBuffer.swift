import Synchronization

/// The rows of a batch, written by several threads, each row by one of them.
final class BatchBuffer: @unchecked Sendable {
  /// The number of rows.
  let count: Int
  /// The number of elements per row.
  let elements: Int
  private let values: UnsafeMutableBufferPointer<Float>
  private let failure = Mutex<(row: Int, error: any Error)?>(nil)

  /// Creates a buffer of the given numbers of rows and elements.
  init(count: Int, elements: Int) {
    self.count = count
    self.elements = elements
    values = .allocate(capacity: count * elements)
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// Writes a row, `[H, W, C]`.
  func set(_ row: Int, to view: Image) {
    contract(
      view.pixels.count == elements,
      "a view of \(view.height)x\(view.width)x\(view.channels) has not the \(elements) values of a row")
    _ = values[(row * elements)..<((row + 1) * elements)].update(fromContentsOf: view.pixels)
  }

  /// Records the error of a row.
  func fail(_ row: Int, _ error: any Error) {
    failure.withLock { failure in
      if failure.map({ row < $0.row }) ?? true { failure = (row, error) }
    }
  }

  /// Copies all rows to `images`.
  ///
  /// - Throws: The error with the lowest row.
  func copy(to images: UnsafeMutableBufferPointer<Float>) throws {
    if let failure = failure.withLock({ $0 }) { throw failure.error }
    contract(images.count == values.count, "\(values.count) values do not fill \(images.count)")
    _ = images.update(fromContentsOf: values)
  }
}
