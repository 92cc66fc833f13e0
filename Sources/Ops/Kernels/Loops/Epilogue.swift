/// An epilogue: a `LoopPlan` over the tiles of a product while they are in cache, with the product as one of
/// its leaves.
package struct EpiloguePlan: Sendable {
  let loop: LoopPlan
  let tile: Int

  /// Creates an epilogue.
  ///
  /// - Parameter tile: The index of the leaf that is the product.
  package init(_ loop: LoopPlan, tile: Int) {
    self.loop = loop
    self.tile = tile
  }

  var reads: [BufferSlice] { loop.leaves.indices.filter { $0 != tile }.map { loop.leaves[$0].place } }
  var writes: [BufferSlice] { loop.writtenPlaces() }
  var converted: [BufferSlice] {
    let product = loop.leaves[tile].place
    return loop.convertedPlaces().filter { $0 != product }
  }
}
