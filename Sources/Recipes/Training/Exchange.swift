/// The exchange between parts of a batch that are computed apart: of their results, for the loss of the
/// batch, and the reductions of their gradients and states.
///
/// A step computes the parts; who computes which of them, one process in turn or several at once, is up to
/// the exchange. A part's result is used by all, and reductions are taken in the same order by all, so they
/// get the same bits.
protocol Exchange: AnyObject {
  /// The parts that this process computes.
  var parts: Range<Int> { get }

  /// Puts a part's rows of a result to their places among those of the batch, `[V * N, D]`. After
  /// ``finishGathering()`` the rows of all parts are there.
  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, into batch: UnsafeMutableBufferPointer<Float>)

  /// Waits for the rows of all parts.
  ///
  /// - Parameter failure: What prevents this process from computing its parts.
  /// - Throws: The first failure of any process.
  func finishGathering(_ failure: (any Error)?) throws

  /// Adds what a part makes of a tensor to a reduction of the parts of this process. After
  /// ``finishReducing()`` its result is that of all parts.
  func reduce(
    _ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int, by reduction: PairwiseReduction)

  /// Waits for the reductions over all parts.
  func finishReducing()
}

/// The exchange of a process that computes all parts itself.
final class LocalExchange: Exchange {
  private let cut: BatchCut

  /// An exchange between all parts of a batch.
  init(_ cut: BatchCut) { self.cut = cut }

  var parts: Range<Int> { 0..<cut.count }

  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, into batch: UnsafeMutableBufferPointer<Float>
  ) {
    cut.copy(rows, of: part, into: batch)
  }

  func finishGathering(_ failure: (any Error)?) throws {
    if let failure { throw failure }
  }

  func reduce(
    _ values: UnsafeBufferPointer<Float>, of part: Int, tensor: Int, by reduction: PairwiseReduction
  ) {
    reduction.add(values, of: part, tensor: tensor)
  }

  func finishReducing() {}
}
