/// An error for a graph that breaks an invariant: a bug in the code that built or rewrote it.
public struct InvalidGraph: Error, CustomStringConvertible {
  /// The broken invariant and the node.
  public let description: String
}

extension Graph {
  /// Checks every invariant of a graph: operands precede their users, types follow from the operations' shape
  /// rules, and variables are read once and updated with values of their own type.
  ///
  /// - Throws: `InvalidGraph`.
  public func verify() throws(InvalidGraph) {
    for (id, node) in nodes.enumerated() {
      for operand in node.operands where operand < 0 || operand >= id {
        throw InvalidGraph(description: "%\(id) \(node.operation.name) uses %\(operand), which comes later.")
      }
      let operands = node.operands.map { nodes[$0].type }
      let type: TensorType
      do throws(ShapeError) {
        type = try node.operation.resultType(of: operands)
      } catch {
        throw InvalidGraph(description: "%\(id) \(node.operation.name): \(error.message)")
      }
      if type != node.type {
        throw InvalidGraph(
          description: "%\(id) \(node.operation.name) is declared \(node.type) but computes \(type).")
      }
    }
    let paths = variables.map(\.path)
    if let twice = Dictionary(grouping: paths, by: { $0 }).first(where: { $0.value.count > 1 }) {
      throw InvalidGraph(description: "The variable \(twice.key) is declared twice.")
    }
    for (variable, value) in updates where nodes[value].type != variable.type {
      throw InvalidGraph(
        description: "\(variable.path) is \(variable.type) but updated by %\(value), \(nodes[value].type).")
    }
  }
}

extension GraphBuilder {
  /// Checks that the model has no errors, and every invariant of the graph.
  ///
  /// - Throws: `GraphErrors` or `InvalidGraph`.
  public func verify() throws { try build().verify() }
}
