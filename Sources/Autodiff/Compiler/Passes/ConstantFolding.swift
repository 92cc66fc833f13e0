extension Graph {
  /// Returns the graph with each elementwise operation or view of uniform constants replaced by a constant.
  func foldingConstants() -> Graph {
    rewritten { graph, node, _ in
      graph.append(graph.folded(node).map { node.over([], operation: $0) } ?? node)
    }
  }
}

extension GraphRewriter {
  /// Returns the constant that a node folds to, if every operand is one.
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
