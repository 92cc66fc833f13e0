extension Graph {
  /// Returns the graph without the operations that only a tape reads: every gradient has been emitted by now.
  func withoutGradientMarkers() -> Graph {
    rewritten { graph, node, _ in
      if case .marker = node.lowered(node.operands.map(graph.type)) { return node.operands[0] }
      return graph.append(node)
    }
  }
}
