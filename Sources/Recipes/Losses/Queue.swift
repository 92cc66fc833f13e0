extension Tensor {
  /// Remembers the rows `[N, D]` of this step and of those before: the `length` latest that earlier steps
  /// have left, `[length, D]`, the newest first. It begins with random directions of about unit length.
  ///
  /// - Parameter name: What the queue is called within the scope.
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
