extension GraphBuilder {
  /// Returns the part of this graph that follows a tensor: what some results and the updates depend on, with
  /// an input in the tensor's place. Variables and inputs that only the tensor depends on are left out.
  ///
  /// - Parameters:
  ///   - tensor: The tensor that becomes an input.
  ///   - name: The name of the input.
  ///   - results: The results to keep.
  /// - Returns: A graph, and the results in it.
  package func part(
    behind tensor: Tensor, asInput name: String, for results: [Tensor]
  ) -> (graph: GraphBuilder, results: [Tensor]) {
    let targets = results.map(\.id) + updates.flatMap { [$0.value, read($0.variable).id] }
    let needed = contents.isNeeded(for: targets, notBeyond: [tensor.id])
    let part = GraphBuilder(precision: precision, mode: mode, replicas: replicas)
    part.samples = samples
    var places: [NodeID: NodeID] = [:]
    for (id, node) in nodes.enumerated() where needed[id] {
      if id == tensor.id {
        places[id] = part.input(name, tensor.shape).id
        continue
      }
      places[id] = part.nodes.count
      part.contents.nodes.append(
        Node(
          operation: node.operation, operands: node.operands.compactMap { places[$0] }, type: node.type,
          path: node.path, location: node.location, gradientOf: node.gradientOf.flatMap { places[$0] },
          source: part.nodes.count))
      if let read = node.read { part.reads[read.path] = places[id] }
    }
    part.contents.variables = variables.filter { part.reads[$0.path] != nil }
    part.contents.updates = updates.compactMap { update in places[update.value].map { (update.variable, $0) }
    }
    part.contents.checkpoints = checkpoints.compactMap { range in
      let kept = range.compactMap { places[$0] }
      return kept.first.map { $0..<(kept[kept.count - 1] + 1) }
    }
    return (part, results.compactMap { places[$0.id] }.map { Tensor(graph: part, id: $0) })
  }
}
