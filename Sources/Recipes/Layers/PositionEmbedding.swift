/// Positions added to the tokens of a grid of patches, resampled for images of another size.
///
/// They are the variable `name`, `[1, leading + rows * columns, C]`, for `leading` tokens without a position
/// in the grid, such as a class token, and then the patches of a square image. Those of the patches are
/// resampled by the antialiased cubic convolution for other grids, as by timm.
struct PositionEmbedding {
  let name: String
  let kind: VisionTransformer.Positions
  let leading: Int
  /// The rows, and columns, of the grid that the variable is for.
  let side: Int

  /// Returns the positions for a grid, `[1, leading + rows * columns, channels]`.
  func positions(rows: Int, columns: Int, channels: Int, in graph: GraphBuilder) -> Tensor {
    let stored = variable(channels, in: graph)
    if rows == side, columns == side { return stored }
    let grid = stored.sliced(leading..<leading + side * side, axis: 1)
    // Along the rows, then along the columns of each row.
    let tall = matmul(filter(to: rows, in: graph), grid.reshaped(to: [side, side * channels]))
    let wide = matmul(
      filter(to: columns, in: graph).broadcast(to: [rows, columns, side]),
      tall.reshaped(to: [rows, side, channels]))
    let resampled = wide.reshaped(to: [1, rows * columns, channels])
    return leading == 0
      ? resampled : concatenate([stored.sliced(0..<leading, axis: 1), resampled], axis: 1)
  }

  // Returns the positions of a square image, `[1, leading + side * side, channels]`.
  private func variable(_ channels: Int, in graph: GraphBuilder) -> Tensor {
    func positions(from initializer: Initializer) -> Tensor {
      graph.variable(name, [1, leading + side * side, channels], role: .bias, initializer: initializer)
    }
    switch kind {
    case .trained: return positions(from: .normal(deviation: 0.02))
    case .sineCosine:
      return graph.learning(at: 0, only: [name]) { positions(from: .stored(fixed(channels))) }
    }
  }

  // Returns the values of fixed positions; those of leading tokens are 0.
  private func fixed(_ channels: Int) -> StoredValues {
    let identity = "fixed positions of \(leading) and \(side) x \(side) tokens, \(channels) channels"
    return StoredValues(identity: identity) {
      let grid = SineCosinePositions(width: channels).values(rows: side, columns: side)
      return [Float](repeating: 0, count: leading * channels) + grid.map { Float($0) }
    }
  }

  // The weights of the stored rows for each row of a grid, `[count, side]`.
  private func filter(to count: Int, in graph: GraphBuilder) -> Tensor {
    let filter = ResamplingFilter(.bicubic, from: side, to: count)
    var weights = [Double](repeating: 0, count: count * side)
    for target in 0..<count {
      for source in filter.sources(of: target) {
        let place = target * side + filter.sources.lowerBound + source
        weights[place] = Double(filter.weight(of: source, at: target))
      }
    }
    return graph.constant(weights, [count, side])
  }
}
