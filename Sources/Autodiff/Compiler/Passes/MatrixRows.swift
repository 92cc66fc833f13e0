extension Graph {
  /// Returns the graph with elementwise operations and reductions on a matrix that is seen under more axes,
  /// such as the tokens `[N, T, C]` of a linear layer's `[N T, C]`, done on the matrix itself, so that they
  /// are fused with the product that makes it.
  func withMatrixRows() -> Graph {
    rewritten { graph, node, _ in graph.appendByRows(node) }
  }
}

extension GraphRewriter {
  // Appends a node, over matrices if an operand is one under another shape.
  fileprivate mutating func appendByRows(_ node: Node) -> NodeID {
    if node.operation is Reshape { return appendSimplified(node) }
    if let slice = node.operation as? Slice, let sliced = sliced(node, by: slice) { return sliced }
    let matrices = node.operands.compactMap(matrix)
    if matrices.isEmpty { return append(node) }
    switch node.lowered(node.operands.map(type)) {
    case .elementwise:
      let matrix = matrices.first { $0.count == node.type.shape.count }
      return matrix.flatMap { elementwise(node, on: $0) } ?? append(node)
    case .reduction(let reduction): return reduced(node, by: reduction, on: matrices[0]) ?? append(node)
    default: return append(node)
    }
  }

  // Returns the shape of the matrix that a node is a view of under more axes, with the same columns, or that
  // of a column of results of its rows; nil if it is neither.
  private func matrix(_ id: NodeID) -> Shape? {
    guard nodes[id].operation is Reshape else { return nil }
    let (shape, source) = (type(id).shape, type(nodes[id].operands[0]).shape)
    if shape.rank <= 2 { return nil }
    if source.rank == 2 && shape[-1] == source[-1] { return source }
    let isColumn = shape[-1] == 1 && source.rank > 0 && source[-1] == source.count
    return isColumn ? [source.count, 1] : nil
  }

  // Slices the first axis of a matrix, such as one of two moments of its rows, before it is reshaped.
  private mutating func sliced(_ node: Node, by slice: Slice) -> NodeID? {
    guard slice.axis == 0, let operand = node.operands.first, nodes[operand].operation is Reshape else {
      return nil
    }
    let source = nodes[operand].operands[0]
    let shape = type(source).shape
    guard shape.rank == 2, shape[0] == type(operand).shape[0] else { return nil }
    let part = TensorType([slice.upper - slice.lower, shape[1]], node.type.element)
    return view(of: append(node.over([source], type: part)), as: node.type.shape, for: node)
  }

  private mutating func elementwise(_ node: Node, on matrix: Shape) -> NodeID? {
    let shape = node.type.shape
    guard shape.count == matrix.count, shape[-1] == matrix[-1] else { return nil }
    var shapes: [Shape] = []
    for operand in node.operands {
      guard let rows = type(operand).shape.byRows(of: matrix, broadcastTo: shape) else { return nil }
      shapes.append(rows)
    }
    let operands = zip(node.operands, shapes).map { view(of: $0, as: $1, for: node) }
    let result = append(node.over(operands, type: TensorType(matrix, node.type.element)))
    return view(of: result, as: shape, for: node)
  }

  private mutating func reduced(_ node: Node, by reduction: any Reduction, on matrix: Shape) -> NodeID? {
    let rank = type(node.operands[0]).shape.rank
    let axes: [Int]
    switch reduction.axes {
    case [rank - 1]: axes = [1]
    case Array(0..<rank - 1): axes = [0]
    case Array(0..<rank): axes = [0, 1]
    default: return nil
    }
    let operation = Swift.type(of: reduction).init(axes: axes)
    guard let result = try? operation.resultType(of: [TensorType(matrix, node.type.element)]) else {
      return nil
    }
    let rows = view(of: node.operands[0], as: matrix, for: node)
    let reduced = append(node.over([rows], operation: operation, type: result))
    return view(of: reduced, as: node.type.shape, for: node)
  }

  // Returns an operand or result of a node under another shape.
  private mutating func view(of operand: NodeID, as shape: Shape, for node: Node) -> NodeID {
    let result = TensorType(shape, type(operand).element)
    return appendSimplified(node.followed(by: Reshape(shape: shape), over: [operand], result))
  }
}

extension Shape {
  // Returns the shape of the same elements that broadcasts to a matrix as this one does to a shape with the
  // matrix's elements; nil if there is none.
  fileprivate func byRows(of matrix: Shape, broadcastTo shape: Shape) -> Shape? {
    guard rank > 0 else { return self }
    let missing = shape.rank - rank
    let leading = (0..<shape.rank - 1).map { $0 < missing ? 1 : dimensions[$0 - missing] }
    let (columns, wanted) = (dimensions[rank - 1], shape.dimensions.dropLast())
    if leading.elementsEqual(wanted) { return [matrix[0], columns] }
    return leading.allSatisfy { $0 == 1 } ? [columns] : nil
  }
}
