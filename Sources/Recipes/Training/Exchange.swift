/// The exchange between the parts of a step, wherever they are computed.
///
/// A step that is cut into parts of its batch has two exchanges: the results of each part are *gathered* to
/// those of the batch, of which the loss is taken; the gradients of each part are *reduced* to those of the
/// batch, which the update goes by. A process computes a run of the parts and hands over what each makes, in
/// order. What it has after its last part depends on the batch and on the number of parts, and not on who
/// computed which.
protocol Exchange {
  /// The parts that this process computes.
  var parts: Range<Int> { get }

  /// Puts a part's rows of a result to their places among those of the batch, `[V * N, D]`. After the last
  /// part of this process the rows of all parts are there.
  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, into batch: UnsafeMutableBufferPointer<Float>)

  /// Adds what a part makes of a tensor to a reduction of the parts of this process. After the last of them
  /// its result is that of all parts.
  func reduce(
    _ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int, by reduction: PairwiseReduction)
}

/// The exchange of a process that computes all parts itself.
struct LocalExchange: Exchange {
  private let cut: BatchCut

  /// An exchange between all parts of a batch.
  init(_ cut: BatchCut) { self.cut = cut }

  var parts: Range<Int> { 0..<cut.count }

  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, into batch: UnsafeMutableBufferPointer<Float>
  ) {
    cut.copy(rows, of: part, into: batch)
  }

  func reduce(
    _ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int, by reduction: PairwiseReduction
  ) {
    reduction.add(values, of: part, tensor: tensor)
  }
}
