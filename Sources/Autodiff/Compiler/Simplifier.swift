/// A node of the graph being compiled.
struct CompilerNode {
  var operation: any Operation
  var operands: [Int]
  var type: TensorType
  /// The path of the layer that it stems from.
  var path = ""
  /// The node of the graph that it is, if it was not made by the compiler.
  var origin: NodeID?
}

/// The part of a graph that its roots need, without repetitions, constants that can be folded, and operations
/// that change nothing.
struct Simplifier {
  private(set) var nodes: [CompilerNode] = []
  private var known: [Key: Int] = [:]
  private let isEnabled: Bool

  private struct Key: Hashable {
    let operation: AnyHashable
    let operands: [Int]
  }

  /// - Returns: the nodes, and where each root of the graph is among them.
  static func simplify(_ graph: Graph, roots: [NodeID], isEnabled: Bool) -> (
    nodes: [CompilerNode], places: [NodeID: Int]
  ) {
    var simplifier = Simplifier(isEnabled: isEnabled)
    var needed = [Bool](repeating: false, count: graph.nodes.count)
    for root in roots { needed[root] = true }
    for id in graph.nodes.indices.reversed() where needed[id] {
      for operand in graph.nodes[id].operands { needed[operand] = true }
    }
    var map = [Int](repeating: -1, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() where needed[id] {
      map[id] = simplifier.add(
        CompilerNode(
          operation: node.operation, operands: node.operands.map { map[$0] }, type: node.type,
          path: node.path, origin: id))
    }
    let places = Dictionary(uniqueKeysWithValues: Set(roots).map { ($0, map[$0]) })
    return simplifier.withoutDeadNodes(places)
  }

  private init(isEnabled: Bool) { self.isEnabled = isEnabled }

  private mutating func add(_ original: CompilerNode) -> Int {
    // It is for the tape alone.
    if original.operation is CustomGradient { return original.operands[0] }
    guard isEnabled else {
      nodes.append(original)
      return nodes.count - 1
    }
    var node = original
    dropBroadcasts(&node)
    if let same = identity(node) { return same }
    foldTransposes(&node)
    if let sum = node.operation as? Sum, let moved = movedOut(of: sum, node) { return moved }
    if let constant = folded(node) {
      node = CompilerNode(operation: constant, operands: [], type: node.type, path: node.path)
    }
    let key = Key(operation: AnyHashable(node.operation), operands: node.operands)
    if let id = known[key] { return id }
    nodes.append(node)
    known[key] = nodes.count - 1
    return nodes.count - 1
  }

  // The operand itself, where the operation changes nothing.
  private func identity(_ node: CompilerNode) -> Int? {
    guard let first = node.operands.first else { return nil }
    switch node.operation {
    case is StopGradient, is Updated: return first
    case is Reshape, is Broadcast: return nodes[first].type == node.type ? first : nil
    case is Multiply:
      if splat(first) == 1, nodes[node.operands[1]].type == node.type { return node.operands[1] }
      return splat(node.operands[1]) == 1 && nodes[first].type == node.type ? first : nil
    case is Divide: return splat(node.operands[1]) == 1 && nodes[first].type == node.type ? first : nil
    case is Add:
      if splat(first) == 0, nodes[node.operands[1]].type == node.type { return node.operands[1] }
      return splat(node.operands[1]) == 0 && nodes[first].type == node.type ? first : nil
    case is Subtract: return splat(node.operands[1]) == 0 && nodes[first].type == node.type ? first : nil
    case is Negate: return nodes[first].operation is Negate ? nodes[first].operands[0] : nil
    default: return nil
    }
  }

  // Elementwise operations stretch their operands themselves; reshapes of reshapes are one.
  private func dropBroadcasts(_ node: inout CompilerNode) {
    if node.operation is Reshape, let first = node.operands.first, nodes[first].operation is Reshape {
      node.operands = nodes[first].operands
    }
    guard node.operation is any Elementwise, !(node.operation is Broadcast) else { return }
    for index in node.operands.indices where nodes[node.operands[index]].operation is Broadcast {
      var operands = node.operands
      operands[index] = nodes[operands[index]].operands[0]
      let shapes = operands.map { nodes[$0].type.shape }
      if shapes.dropFirst().reduce(shapes[0], { $0.broadcast(with: $1) ?? [] }) == node.type.shape {
        node.operands = operands
      }
    }
  }

  // A factor that is the same for all that is summed, or a sign, is applied to the sum: batch norm's
  // gradients are then multiples of two sums.
  private mutating func movedOut(of sum: Sum, _ node: CompilerNode) -> Int? {
    let operand = nodes[node.operands[0]]
    func total(_ id: Int) -> Int {
      add(CompilerNode(operation: sum, operands: [id], type: node.type, path: node.path))
    }
    if operand.operation is Negate {
      let total = total(operand.operands[0])
      return add(
        CompilerNode(operation: operand.operation, operands: [total], type: node.type, path: node.path))
    }
    guard operand.operation is Multiply else { return nil }
    let rank = operand.type.shape.rank
    for (factor, other) in [(1, 0), (0, 1)].map({ (operand.operands[$0], operand.operands[$1]) }) {
      let type = nodes[factor].type
      let missing = rank - type.shape.rank
      let isSame = sum.axes.allSatisfy { $0 < missing || type.shape.dimensions[$0 - missing] == 1 }
      guard isSame, nodes[other].type == operand.type else { continue }
      let kept = (missing..<rank).filter { !sum.axes.contains($0) }
      let reduced = TensorType(Shape(kept.map { type.shape.dimensions[$0 - missing] }), type.element)
      let reshaped = add(
        CompilerNode(
          operation: Reshape(shape: reduced.shape), operands: [factor], type: reduced, path: node.path))
      let total = total(other)
      return add(
        CompilerNode(
          operation: operand.operation, operands: [total, reshaped], type: node.type, path: node.path))
    }
    return nil
  }

  private func foldTransposes(_ node: inout CompilerNode) {
    guard var product = node.operation as? MatMul else { return }
    for index in 0..<2 {
      let operand = nodes[node.operands[index]]
      guard let transpose = operand.operation as? Transpose else { continue }
      let rank = operand.type.shape.rank
      guard transpose.permutation == Array(0..<rank - 2) + [rank - 1, rank - 2] else { continue }
      node.operands[index] = operand.operands[0]
      if index == 0 { product.transposeA.toggle() } else { product.transposeB.toggle() }
    }
    node.operation = product
  }

  // A constant, where every operand is one.
  private func folded(_ node: CompilerNode) -> Literal? {
    guard !node.operands.isEmpty else { return nil }
    let values = node.operands.compactMap(splat)
    guard values.count == node.operands.count else { return nil }
    switch node.operation {
    case is Reshape: return Literal(splat: values[0], node.type)
    case let operation as any Elementwise: return Literal(splat: operation.element(of: values), node.type)
    default: return nil
    }
  }

  private func splat(_ id: Int) -> Double? { (nodes[id].operation as? Literal)?.splat }

  private func withoutDeadNodes(_ roots: [NodeID: Int]) -> (nodes: [CompilerNode], places: [NodeID: Int]) {
    var needed = [Bool](repeating: false, count: nodes.count)
    for root in roots.values { needed[root] = true }
    for id in nodes.indices.reversed() where needed[id] {
      for operand in nodes[id].operands { needed[operand] = true }
    }
    var map = [Int](repeating: -1, count: nodes.count)
    var kept: [CompilerNode] = []
    for id in nodes.indices where needed[id] {
      var node = nodes[id]
      node.operands = node.operands.map { map[$0] }
      map[id] = kept.count
      kept.append(node)
    }
    return (kept, roots.mapValues { map[$0] })
  }
}
