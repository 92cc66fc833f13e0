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
    guard let matrix = node.operands.compactMap(matrix).first else {
      return append(node)
    }
    switch node.lowered(node.operands.map(type)) {
    case .elementwise: return elementwise(node, on: matrix) ?? append(node)
    case .reduction(let reduction): return reduced(node, by: reduction, on: matrix) ?? append(node)
    default: return append(node)
    }
  }

  // Returns the shape of the matrix that a node is a view of under more axes, with the same columns; nil if
  // it is none.
  private func matrix(_ id: NodeID) -> Shape? {
    guard nodes[id].operation is Reshape else { return nil }
    let (shape, source) = (type(id).shape, type(nodes[id].operands[0]).shape)
    return shape.rank > 2 && source.rank == 2 && shape[-1] == source[-1] ? source : nil
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
