import Ops

/// The patches of images among the tokens `[N, leading + rows * columns, C]` of a transformer, as an
/// annotation of its graph: row by row, after `leading` other tokens.
struct PatchGrid: Sendable {
  let leading: Int
  let rows: Int
  let columns: Int

  init(leading: Int, rows: Int, columns: Int) {
    (self.leading, self.rows, self.columns) = (leading, rows, columns)
  }

  /// Returns the grid of the transformer in a graph; nil if it has none.
  init?(of graph: GraphBuilder) {
    guard let grid = graph.annotations.lazy.compactMap({ $0 as? PatchGrid }).first else { return nil }
    self = grid
  }

  /// Returns the patches of tokens as a map, `[N, rows, columns, C]`.
  func map(of tokens: Tensor) -> Tensor {
    let count = rows * columns
    return tokens.sliced(leading..<leading + count, axis: 1)
      .reshaped(to: [tokens.shape[0], rows, columns, tokens.shape.channels])
  }

  /// Returns the places in images of the cells of a map `[N, h, w, C]`; nil if its cells are not the patches.
  func centers(of map: Tensor, on images: Tensor) -> CellCenters? {
    guard map.shape[1] == rows, map.shape[2] == columns else { return nil }
    return CellCenters(rows: rows, columns: columns, height: images.shape[1], width: images.shape[2])
  }

  /// Returns the tokens from which the last self-attention before a tensor has its queries, keys and values,
  /// `[N, leading + rows * columns, C]`; nil if it does not read these tokens alone.
  func attended(before output: Tensor, on images: Tensor) -> Tensor? {
    let graph = output.graph
    let nodes = graph.nodes
    var isNeeded = [Bool](repeating: false, count: output.id + 1)
    isNeeded[output.id] = true
    var attention: Int?
    for id in stride(from: output.id, through: 0, by: -1) where isNeeded[id] && attention == nil {
      if let found = nodes[id].operation as? Attention, found.form.isPacked { attention = id }
      for operand in nodes[id].operands { isNeeded[operand] = true }
    }
    guard let attention else { return nil }
    var dependent: Set = [images.id]
    for id in nodes.indices where nodes[id].operands.contains(where: dependent.contains) {
      dependent.insert(id)
    }
    // The linear layer before it works on rows of tokens: the next node of tokens is what it reads.
    var id = nodes[attention].operands[0]
    repeat {
      let operands = nodes[id].operands.filter(dependent.contains)
      guard operands.count == 1 else { return nil }
      id = operands[0]
    } while nodes[id].type.shape.rank != 3
    let tokens = Tensor(graph: graph, id: id)
    return tokens.shape[1] == leading + rows * columns ? tokens : nil
  }
}
