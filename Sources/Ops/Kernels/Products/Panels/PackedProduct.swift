extension PackedPanels {
  // Two panels of as many rows, and as many columns of the rows of a tile, fit in the L2 cache.
  private static var rowsAtATime: Int { 1024 }

  /// Computes the products of some rows with all columns, or adds them to the result.
  ///
  /// A large matrix is read from farther than the L2 cache for each tile of rows. The next panel is then
  /// prefetched during the products with this one, and a deep matrix multiplied in blocks of its rows.
  ///
  /// - Parameters:
  ///   - packed: The packed matrix.
  ///   - targets: The start offset of each row of the result.
  ///   - isPadded: Whether the result has room for the padding of the last panel, which is then written too.
  @inline(__always)
  func multiply<T: PanelElement>(
    rows: Int, _ a: PanelOperand<T>, by packed: UnsafePointer<T>, to result: UnsafeMutablePointer<T.Sum>,
    at targets: RowOffsets, adds: Bool = false, isPadded: Bool = false, fetching ahead: inout Prefetcher
  ) {
    let block = isLarge ? a.columnBlock(ofAtMost: PackedPanels.rowsAtATime) : a.depth
    var held = isLarge ? heldCalls(rows: rows, block: block, depth: a.depth, T.self, ahead) : 0
    var done = 0
    repeat {
      let end = min(done + block, a.depth)
      let following = end < a.depth ? end : 0
      for panel in 0..<count {
        let (first, width) = (panel * width, width(of: panel))
        if isLarge {
          let (next, start) = panel + 1 < count ? (panel + 1, done) : (0, following)
          ahead.put(
            panel: packed + (next * stride + start * self.width(of: next)),
            count: min(block, a.depth - start) * self.width(of: next), isHeld: held > 0)
          held -= 1
        }
        PanelProduct.multiply(
          rows: rows, PanelOperand(a, columns: done..<end), packed + (panel * stride + done * width),
          width: width,
          to: PanelResult(
            base: result + first, rows: targets, columns: isPadded ? width : min(width, columns - first),
            adds: adds || done > 0), fetching: &ahead)
      }
      done = end
    } while done < a.depth
  }

  // Returns the number of calls with a panel after which the others still prefetch the queue.
  private func heldCalls<T>(
    rows: Int, block: Int, depth: Int, _ type: T.Type, _ ahead: Prefetcher
  ) -> Int {
    let calls = count * pieces(of: block, in: depth)
    let steps = pieces(of: PanelProduct.tileHeight, in: rows) * block
    let own = block * width * MemoryLayout<T>.stride / Prefetcher.lineBytes
    return min(calls - 1, calls - pieces(of: max(1, steps - own), in: max(0, ahead.lines)))
  }
}
