extension Graph {
  /// Returns the graph without the nodes that no output and no update is computed from. Inputs and variables
  /// stay.
  func withoutDeadCode() -> Graph {
    var needed = [Bool](repeating: false, count: nodes.count)
    for root in outputs + updates.map(\.value) { needed[root] = true }
    for id in nodes.indices.reversed() where needed[id] {
      for operand in nodes[id].operands { needed[operand] = true }
    }
    var result = GraphRewriter()
    var map = [NodeID](repeating: -1, count: nodes.count)
    for (id, node) in nodes.enumerated() where needed[id] || node.isLeaf {
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
  fileprivate var isLeaf: Bool { input != nil || read != nil }
}
