extension Graph {
  /// Returns the graph with a constant in place of each elementwise operation, or view, of constants whose
  /// elements are equal.
  func foldingConstants() -> Graph {
    rewritten { graph, node, _ in
      graph.append(graph.folded(node).map { node.over([], operation: $0) } ?? node)
    }
  }
}

extension GraphRewriter {
  /// The constant that a node is, where every operand is one.
  func folded(_ node: Node) -> Constant? {
    guard !node.operands.isEmpty else { return nil }
    let values = node.operands.compactMap(splat)
    guard values.count == node.operands.count else { return nil }
    switch node.lowered(node.operands.map(type)) {
    case .view: return Constant(splat: values[0], node.type)
    case .elementwise(let operation), .stretch(let operation):
      return Constant(splat: operation.element(of: values), node.type)
    default: return nil
    }
  }
}
