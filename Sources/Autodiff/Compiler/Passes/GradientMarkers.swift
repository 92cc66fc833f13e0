extension Graph {
  /// Returns the graph without the operations that only a tape reads: by now, every gradient has been
  /// emitted.
  func withoutGradientMarkers() -> Graph {
    rewritten { graph, node, _ in
      node.operation is CustomGradient ? node.operands[0] : graph.append(node)
    }
  }
}
