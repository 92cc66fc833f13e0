extension Graph {
  /// Returns the graph with every copy of a step as a node: an `Assign` for each update, after everything
  /// else, and a copy of each value that an assignment would overwrite before it is read.
  ///
  /// A variable assigned another's old value, and an output of a variable's old value, get a copy before
  /// either changes. Memory planning removes an assignment if the value can be computed in the variable's
  /// memory.
  func withCopies() -> Graph {
    var graph = GraphRewriter(self)
    let updated = Set(updates.map(\.variable.path))
    var result = self
    let values = updates.map { update in
      isComputed(update.value) ? update.value : graph.append(copy(of: update.value))
    }
    result.outputs = outputs.map { output in
      guard let read = nodes[storage(of: output)].read, updated.contains(read.path)
      else {
        return output
      }
      return graph.append(copy(of: output))
    }
    result.updates = zip(updates, values).map { update, value in
      let assign = Assign(path: update.variable.path)
      return (
        update.variable,
        graph.append(nodes[update.value].followed(by: assign, over: [value], update.variable.type))
      )
    }
    result.nodes = graph.nodes
    result.checkpoints = []
    return result
  }

  // Returns whether an operation writes its value to its own memory.
  private func isComputed(_ id: NodeID) -> Bool { storage(of: id) == id && !nodes[id].operands.isEmpty }

  // Returns the node that provides a value's memory: itself, or the base of a view.
  private func storage(of id: NodeID) -> NodeID {
    guard case .view = lowering(of: id) else { return id }
    return storage(of: nodes[id].operands[0])
  }

  private func copy(of id: NodeID) -> Node {
    nodes[id].followed(by: Broadcast(shape: nodes[id].type.shape), over: [id], nodes[id].type)
  }
}
