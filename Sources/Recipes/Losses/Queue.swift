extension Tensor {
  /// Returns a queue of the latest `length` rows from earlier steps, `[length, D]`, newest first, and
  /// enqueues the rows `[N, D]` of this step. It is initialized with random directions of about unit length.
  ///
  /// - Parameters:
  ///   - name: The queue's name within the scope.
  ///   - length: The number of rows in the queue.
  public func enqueued(_ name: String, length: Int) -> Tensor {
    guard isKnown else { return self }
    guard shape.rank == 2, length > 0 else {
      return graph.report(
        ShapeError(
          "A queue remembers rows.", expected: "[N, D], and a length of at least 1",
          found: "\(shape), and a length of \(length)"))
    }
    let width = shape.channels
    let queue = graph.variable(
      name, [length, width], role: .memory,
      initializer: .normal(deviation: 1 / Double(width).squareRoot()))
    let rows = stopGradient(self)
    let kept = length - shape[0]
    graph.update(
      queue,
      to: kept > 0
        ? concatenate([rows, queue.sliced(0..<kept, axis: 0)])
        : rows.sliced(0..<length, axis: 0))
    return queue
  }
}
