extension Graph {
  /// Returns the graph after algebraic simplification: operations without effect are removed, broadcasts and
  /// transposes are folded into their readers, and factors move out of sums.
  func simplified() -> Graph {
    rewritten { graph, node, _ in graph.appendSimplified(node) }
  }
}

extension GraphRewriter {
  /// Appends the simplified form of a node.
  mutating func appendSimplified(_ original: Node) -> NodeID {
    let node = foldingTransposes(droppingBroadcasts(original))
    if let same = identity(node) { return same }
    if let sum = node.operation as? Sum, let moved = movedOut(of: sum, node) { return moved }
    return append(node)
  }

  // Returns the operand if the operation has no effect.
  private func identity(_ node: Node) -> NodeID? {
    guard let first = node.operands.first else { return nil }
    switch node.operation {
    case is Reshape, is Broadcast: return type(first) == node.type ? first : nil
    case is Multiply:
      if splat(first) == 1, type(node.operands[1]) == node.type { return node.operands[1] }
      return splat(node.operands[1]) == 1 && type(first) == node.type ? first : nil
    case is Divide: return splat(node.operands[1]) == 1 && type(first) == node.type ? first : nil
    case is Add:
      if splat(first) == 0, type(node.operands[1]) == node.type { return node.operands[1] }
      return splat(node.operands[1]) == 0 && type(first) == node.type ? first : nil
    case is Subtract: return splat(node.operands[1]) == 0 && type(first) == node.type ? first : nil
    case is Negate: return nodes[first].operation is Negate ? nodes[first].operands[0] : nil
    default: return nil
    }
  }

  // Removes broadcasts before elementwise operations, which broadcast implicitly, and merges consecutive
  // reshapes.
  private func droppingBroadcasts(_ node: Node) -> Node {
    if node.operation is Reshape, let first = node.operands.first, nodes[first].operation is Reshape {
      return node.over(nodes[first].operands)
    }
    guard node.operands.contains(where: { nodes[$0].operation is Broadcast }),
      !(node.operation is Broadcast), node.operation is any Elementwise
    else { return node }
    var kept = node.operands
    for index in kept.indices where nodes[kept[index]].operation is Broadcast {
      var operands = kept
      operands[index] = nodes[operands[index]].operands[0]
      let shapes = operands.map { type($0).shape }
      if shapes.dropFirst().reduce(shapes[0], { $0.broadcast(with: $1) ?? [] }) == node.type.shape {
        kept = operands
      }
    }
    return node.over(kept)
  }

  // Moves a factor common to all summands, or a sign, out of a sum: batch norm's gradients become multiples
  // of two sums.
  private mutating func movedOut(of sum: Sum, _ node: Node) -> NodeID? {
    let operand = nodes[node.operands[0]]
    if operand.operation is Negate {
      let total = appendSimplified(node.followed(by: sum, over: [operand.operands[0]], node.type))
      return appendSimplified(node.followed(by: operand.operation, over: [total], node.type))
    }
    guard operand.operation is Multiply else { return nil }
    let rank = operand.type.shape.rank
    for (factor, other) in [(1, 0), (0, 1)].map({ (operand.operands[$0], operand.operands[$1]) }) {
      let factorType = type(factor)
      let missing = rank - factorType.shape.rank
      let isSame = sum.axes.allSatisfy { $0 < missing || factorType.shape.dimensions[$0 - missing] == 1 }
      guard isSame, type(other) == operand.type else { continue }
      let kept = (missing..<rank).filter { !sum.axes.contains($0) }
      let reduced = TensorType(
        Shape(kept.map { factorType.shape.dimensions[$0 - missing] }), factorType.element)
      let reshape = Reshape(shape: reduced.shape)
      let reshaped = appendSimplified(node.followed(by: reshape, over: [factor], reduced))
      let total = appendSimplified(node.followed(by: sum, over: [other], node.type))
      return appendSimplified(node.followed(by: operand.operation, over: [total, reshaped], node.type))
    }
    return nil
  }

  // Folds a transpose into the flags of the product that reads it.
  private func foldingTransposes(_ node: Node) -> Node {
    guard var product = node.operation as? MatMul else { return node }
    var operands = node.operands
    for index in 0..<2 {
      let operand = nodes[operands[index]]
      guard let transpose = operand.operation as? Transpose else { continue }
      let rank = operand.type.shape.rank
      guard transpose.permutation == Array(0..<rank - 2) + [rank - 1, rank - 2] else { continue }
      operands[index] = operand.operands[0]
      if index == 0 { product.transposeA.toggle() } else { product.transposeB.toggle() }
    }
    return node.over(operands, operation: product)
  }
}
