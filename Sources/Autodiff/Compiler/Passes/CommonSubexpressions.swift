extension Graph {
  /// Returns the graph with one node for all that apply an equal operation to the same operands.
  func withoutCommonSubexpressions() -> Graph {
    struct Key: Hashable {
      let operation: AnyHashable
      let operands: [NodeID]
    }
    var known: [Key: NodeID] = [:]
    return rewritten { graph, node, _ in
      let key = Key(operation: AnyHashable(node.operation), operands: node.operands)
      if let id = known[key] { return id }
      let id = graph.append(node)
      known[key] = id
      return id
    }
  }
}
