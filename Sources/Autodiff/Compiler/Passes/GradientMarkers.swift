extension Graph {
  /// Returns the graph without the operations that only a tape reads: by now, every gradient has been
  /// emitted.
  func withoutGradientMarkers() -> Graph {
    guard nodes.contains(where: { $0.operation is CustomGradient }) else { return self }
    return rewritten { graph, node, _ in
      node.operation is CustomGradient ? node.operands[0] : graph.append(node)
    }
  }
}
