extension Graph {
  /// Returns the graph without the nodes that no output and no update is computed from. Inputs and variables
  /// stay.
  func withoutDeadCode() -> Graph {
    let needed = nodes(neededFor: outputs + updates.map(\.value))
    var result = GraphRewriter()
    var map = [NodeID](repeating: -1, count: nodes.count)
    for (id, node) in nodes.enumerated() where needed.contains(id) || node.isLeaf {
      map[id] = result.append(node.over(node.operands.map { map[$0] }))
    }
    var graph = self
    graph.nodes = result.nodes
    graph.outputs = outputs.map { map[$0] }
    graph.updates = updates.map { ($0.variable, map[$0.value]) }
    graph.checkpoints = []
    return graph
  }
}

extension Node {
  // What the caller sets, or what stays from run to run.
  fileprivate var isLeaf: Bool { operation is Input || operation is Read }
}
