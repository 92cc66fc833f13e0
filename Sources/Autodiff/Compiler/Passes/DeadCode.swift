extension Graph {
  /// Returns the graph without the nodes that no output or update depends on. Inputs and variables stay.
  func withoutDeadCode() -> Graph {
    let needed = isNeeded(for: outputs + updates.map(\.value))
    let dropped = -1
    return rewritten { graph, node, id in
      needed[id] || node.input != nil || node.read != nil ? graph.append(node) : dropped
    }
  }
}
