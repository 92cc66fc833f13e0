extension Graph {
  /// Returns the graph with equal operations on the same operands merged into one node.
  func withoutCommonSubexpressions() -> Graph {
    // By hash: what is equal is then looked for among a few.
    var known: [Int: [NodeID]] = [:]
    return rewritten { graph, node, _ in
      var hasher = Hasher()
      node.operation.hash(into: &hasher)
      hasher.combine(node.operands)
      let hash = hasher.finalize()
      let equal = known[hash]?.first { other in
        graph.nodes[other].operands == node.operands
          && areEqual(graph.nodes[other].operation, node.operation)
      }
      if let equal { return equal }
      let id = graph.append(node)
      known[hash, default: []].append(id)
      return id
    }
  }
}
