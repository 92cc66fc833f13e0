/// The exchange between parts of a batch that are computed apart: of their results, for the loss of the
/// batch, and the reductions of their gradients and states.
///
/// A step computes the parts; who computes which of them, one process in turn or several at once, is up to
/// the exchange. A part's result is used by all, and reductions are taken in the same order by all, so they
/// get the same bits.
protocol Exchange: AnyObject {
  /// The parts that this process computes.
  var parts: Range<Int> { get }

  /// Exchanges whether all processes can compute their parts, before exchanges within these that each waits
  /// for.
  ///
  /// - Parameter failure: What prevents this process from it.
  /// - Throws: The first failure of any process.
  func agree(_ failure: (any Error)?) throws

  /// Gathers a tensor that each part computes within its graph, in the order of parts, and waits for them.
  /// Each process has one part.
  func gatherReplicas(_ own: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>)

  /// Puts a part's rows of a result, those of V views, to their places among those of the batch,
  /// `[V * N, D]`. After ``finishGathering()`` the rows of all parts are there.
  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, views: Int,
    into batch: UnsafeMutableBufferPointer<Float>)

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
  private let areEqual: Bool

  /// An exchange between all parts of a batch.
  ///
  /// - Parameter areEqual: Whether they have the same images, as where a step is only timed.
  init(_ cut: BatchCut, ofEqualParts areEqual: Bool = false) {
    self.cut = cut
    self.areEqual = areEqual
  }

  var parts: Range<Int> { 0..<cut.count }

  func agree(_ failure: (any Error)?) throws {
    if let failure { throw failure }
  }

  func gatherReplicas(_ own: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>) {
    contract(areEqual, "parts that are computed in turn exchange nothing within their graph")
    for place in all.indices { all[place] = own[place % own.count] }
  }

  func gather(
    _ rows: UnsafeBufferPointer<Float>, of part: Int, views: Int,
    into batch: UnsafeMutableBufferPointer<Float>
  ) {
    cut.copy(rows, of: part, views: views, into: batch)
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
