/// Trained positions added to the tokens of a grid of patches, resampled for images of another size.
///
/// They are the variable `name`, `[1, leading + rows * columns, C]`, for `leading` tokens without a position
/// in the grid, such as a class token, and then the patches of a square image. Those of the patches are
/// resampled by the antialiased cubic convolution for other grids, as by timm.
struct PositionEmbedding {
  let name: String
  let leading: Int
  /// The rows, and columns, of the grid that the variable is for.
  let side: Int

  /// Returns the positions for a grid, `[1, leading + rows * columns, channels]`.
  func positions(rows: Int, columns: Int, channels: Int, in graph: GraphBuilder) -> Tensor {
    let stored = graph.variable(
      name, [1, leading + side * side, channels], role: .bias, initializer: .normal(deviation: 0.02))
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
