/// The rows of each entry of a batch at its own places: `[N, R, ...]`, or `[1, R, ...]` for every entry, at
/// places `[N, K]`, which are whole numbers, to `[N, K, ...]`.
///
/// A place out of range gathers zeros.
package struct BatchGather: KernelOperation {
  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (rows, places) = (operands[0].shape, operands[1].shape)
    try requireReals(operands, assuming: nil)
    guard rows.rank >= 2, places.rank == 2, [1, places[0]].contains(rows[0]) else {
      throw ShapeError(
        "Rows of each entry of a batch are gathered at places of its own.",
        expected: "[N, R, ...], or [1, R, ...], and places [N, K]", found: "\(rows) and \(places)")
    }
    return TensorType(Shape(places.dimensions + rows.dimensions.dropFirst(2)), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let rows = operands[0].shape
    let scattered = upstream.batchScattered(to: operands[1], of: rows[1])
    return [scattered.shape == rows ? scattered : scattered.sum(axes: [0], keepingDimensions: true), nil]
  }

  package func partCount(_ operands: [TensorType], result: TensorType) -> Int { result.shape[0] }

  @specialized(where T == Float)
  @specialized(where T == Double)
  package func compute<T: Real>(_ entries: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (x, rows, places, count) = (buffers[0], buffers.shape(0), buffers[1], buffers.shape(1)[1])
    let width = rows.dimensions.dropFirst(2).reduce(1, *)
    guard let source = x.baseAddress, let result = buffers.result.baseAddress else { return }
    for entry in entries {
      let first = rows[0] == 1 ? 0 : entry * rows[1]
      for index in entry * count..<(entry + 1) * count {
        let (place, target) = (places[index], result + index * width)
        if place >= 0, place < T(rows[1]) {
          target.update(from: source + (first + Int(place)) * width, count: width)
        } else {
          target.update(repeating: 0, count: width)
        }
      }
    }
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, rows, places) = (operands[0], operands.shape(0), operands[1])
    let (width, count) = (rows.dimensions.dropFirst(2).reduce(1, *), type.shape[1])
    var result = [T](repeating: 0, count: type.shape.count)
    for index in places.indices where places[index] >= 0 && places[index] < T(rows[1]) {
      let row = (index / count) % rows[0] * rows[1] + Int(places[index])
      for column in 0..<width { result[index * width + column] = x[row * width + column] }
    }
    return result
  }
}

/// The adjoint of `BatchGather`: each row of an entry of `[N, K, ...]` added to the row at its place, of
/// `[N, K]`, in `[N, R, ...]`.
package struct BatchScatterAdd: KernelOperation {
  /// The number of rows of an entry of the result, R.
  package let rows: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (values, places) = (operands[0].shape, operands[1].shape)
    try requireReals(operands, assuming: nil)
    guard places.rank == 2, values.dimensions.starts(with: places.dimensions) else {
      throw ShapeError(
        "Rows of each entry of a batch are scattered to a place each.", expected: "[N, K, ...] and [N, K]",
        found: "\(values) and \(places)")
    }
    return TensorType(Shape([values[0], rows] + values.dimensions.dropFirst(2)), operands[0].element)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.batchGathered(at: operands[1]), nil]
  }

  package func partCount(_ operands: [TensorType], result: TensorType) -> Int { result.shape[0] }

  @specialized(where T == Float)
  @specialized(where T == Double)
  package func compute<T: Real>(_ entries: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (values, places, count) = (buffers[0], buffers[1], buffers.shape(1)[1])
    let width = buffers.resultShape.dimensions.dropFirst(2).reduce(1, *)
    guard let result = buffers.result.baseAddress else { return }
    for entry in entries {
      let own = result + entry * rows * width
      own.update(repeating: 0, count: rows * width)
      for index in entry * count..<(entry + 1) * count where places[index] >= 0 && places[index] < T(rows) {
        let target = own + Int(places[index]) * width
        for column in 0..<width { target[column] += values[index * width + column] }
      }
    }
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (values, places, count) = (operands[0], operands[1], operands.shape(1)[1])
    let width = type.shape.dimensions.dropFirst(2).reduce(1, *)
    var result = [T](repeating: 0, count: type.shape.count)
    for index in places.indices where places[index] >= 0 && places[index] < T(rows) {
      let row = index / count * rows + Int(places[index])
      for column in 0..<width { result[row * width + column] += values[index * width + column] }
    }
    return result
  }
}

extension Tensor {
  /// Returns the rows of each entry of a batch `[N, R, ...]`, or of one for all, at places `[N, K]` from 0:
  /// `[N, K, ...]`. They have no gradient.
  package func batchGathered(at places: Tensor) -> Tensor {
    graph.apply(BatchGather(), to: [self, places])
  }

  /// Returns rows `[N, K, ...]` at places `[N, K]`, from 0, among `rows` of each entry of a batch, `[N, rows,
  /// ...]`; others are 0, and what shares a place is added.
  package func batchScattered(to places: Tensor, of rows: Int) -> Tensor {
    graph.apply(BatchScatterAdd(rows: rows), to: [self, places])
  }
}
