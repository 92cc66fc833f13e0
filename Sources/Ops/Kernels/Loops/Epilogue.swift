/// What is done to the rows of a matrix product while they are in cache: a `LoopPlan` one of whose leaves is
/// the product itself.
package struct EpiloguePlan: Sendable {
  let loop: LoopPlan
  let tile: Int

  /// - Parameter tile: the index of the leaf that is the product.
  package init(_ loop: LoopPlan, tile: Int) {
    self.loop = loop
    self.tile = tile
  }

  var reads: [BufferSlice] { loop.leaves.indices.filter { $0 != tile }.map { loop.leaves[$0].place } }
  var writes: [BufferSlice] { loop.writtenPlaces() }
}
