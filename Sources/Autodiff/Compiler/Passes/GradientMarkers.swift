extension Graph {
  /// Returns the graph without the operations that only a tape reads: by now, every gradient has been
  /// emitted.
  func withoutGradientMarkers() -> Graph {
    rewritten { graph, node, _ in
      if case .marker = node.lowered(node.operands.map(graph.type)) { return node.operands[0] }
      return graph.append(node)
    }
  }
}
