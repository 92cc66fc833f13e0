extension Graph {
  /// What a node's operation comes down to in a program.
  func lowering(of id: NodeID) -> Lowering.Kind {
    nodes[id].lowered(nodes[id].operands.map { nodes[$0].type })
  }
}
