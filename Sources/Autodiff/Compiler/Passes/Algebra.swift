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
    let node = foldingTransposes(droppingBroadcasts(reshapingUnits(original)))
    if let same = identity(node) { return same }
    switch node.operation {
    case let sum as Sum: return movedOut(of: sum, node) ?? append(node)
    case let slice as Slice: return part(slice, of: node) ?? append(node)
    case let reshape as Reshape: return pushedInward(reshape, node) ?? append(node)
    default: return append(node)
    }
  }

  // Returns the operand if the operation has no effect.
  private func identity(_ node: Node) -> NodeID? {
    guard let first = node.operands.first else { return nil }
    switch node.operation {
    case is Reshape, is Broadcast: return type(first) == node.type ? first : nil
    case let slice as Slice: return slice.upper - slice.lower == type(first).shape[slice.axis] ? first : nil
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

  // Returns a reshape in place of a sum over axes of extent 1, or of a transpose that moves only such axes.
  private func reshapingUnits(_ node: Node) -> Node {
    let isReshape: Bool
    switch node.operation {
    case let sum as Sum:
      isReshape = sum.axes.allSatisfy { type(node.operands[0]).shape.dimensions[$0] == 1 }
    case let transpose as Transpose:
      let extents = type(node.operands[0]).shape.dimensions
      let moved = transpose.permutation.filter { extents[$0] != 1 }
      isReshape = moved == moved.sorted()
    default: isReshape = false
    }
    return isReshape ? node.over(node.operands, operation: Reshape(shape: node.type.shape)) : node
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

  // Returns what a slice reads of a padded tensor, or of a sum of them: the gradient of a tensor of which
  // several parts are read is such a sum.
  private mutating func part(_ slice: Slice, of node: Node) -> NodeID? {
    let operand = nodes[node.operands[0]]
    var most = 16
    if operand.operation is Add, isPadded(node.operands[0], most: &most) {
      let parts = operand.operands.map { appendSimplified(node.over([$0])) }
      return appendSimplified(node.followed(by: operand.operation, over: parts, node.type))
    }
    guard let pad = operand.operation as? Pad, slice.lower < slice.upper else { return nil }
    let isPaddedAlongAxis = pad.low.indices.allSatisfy {
      $0 == slice.axis || pad.low[$0] + pad.high[$0] == 0
    }
    let extent = type(operand.operands[0]).shape.dimensions[slice.axis]
    let (lower, upper) = (slice.lower - pad.low[slice.axis], slice.upper - pad.low[slice.axis])
    if upper <= 0 || lower >= extent {
      return append(node.followed(by: Constant(splat: 0, node.type), over: [], node.type))
    }
    guard isPaddedAlongAxis, lower >= 0, upper <= extent else { return nil }
    if upper - lower == extent { return operand.operands[0] }
    let rest = Slice(axis: slice.axis, lower: lower, upper: upper)
    return append(node.over(operand.operands, operation: rest))
  }

  // Returns whether a node is a padded tensor or a sum of them, of `most` operations.
  private func isPadded(_ id: NodeID, most: inout Int) -> Bool {
    most -= 1
    let node = nodes[id]
    if node.operation is Pad || most < 0 { return most >= 0 }
    guard node.operation is Add else { return false }
    return node.operands.allSatisfy { type($0) == node.type && isPadded($0, most: &most) }
  }

  // Reshapes the operands of an elementwise operation on sums rather than its result, so that it broadcasts
  // with what was summed, and a loop computes it row by row.
  private mutating func pushedInward(_ reshape: Reshape, _ node: Node) -> NodeID? {
    let operand = nodes[node.operands[0]]
    var most = 8
    guard operand.operation is any Elementwise, isComputedFromSums(node.operands[0], most: &most) else {
      return nil
    }
    let operands = operand.operands.map { id in
      type(id).shape.rank == 0
        ? id : appendSimplified(node.followed(by: reshape, over: [id], node.type))
    }
    return appendSimplified(node.followed(by: operand.operation, over: operands, node.type))
  }

  // Returns whether a node is a sum, or computed elementwise from sums, scalars, and constants and reshaped
  // tensors of the same type, in `most` operations.
  private func isComputedFromSums(_ id: NodeID, most: inout Int) -> Bool {
    most -= 1
    let node = nodes[id]
    if node.operation is Sum || most < 0 { return most >= 0 }
    guard node.operation is any Elementwise else { return false }
    var readsSum = false
    for operand in node.operands where type(operand).shape.rank > 0 {
      guard type(operand) == node.type else { return false }
      if splat(operand) != nil || nodes[operand].operation is Reshape { continue }
      guard isComputedFromSums(operand, most: &most) else { return false }
      readsSum = true
    }
    return readsSum
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
