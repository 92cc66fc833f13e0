extension Graph {
  /// Returns how a node's operation is lowered.
  func lowering(of id: NodeID) -> Lowering.Kind {
    nodes[id].lowered(nodes[id].operands.map { nodes[$0].type })
  }
}
