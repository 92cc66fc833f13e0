/// A computation in static single assignment form: nodes in an order in which they can be evaluated, the
/// variables they read, and what is wanted of them.
///
/// It is a value: layers write to a `GraphBuilder`, whose `build` returns one, and each pass of the compiler
/// makes another of it.
public struct Graph: Sendable {
  /// The element of parameters and constants.
  public let precision: ElementType
  /// Every node, operands before their users.
  public package(set) var nodes: [Node] = []
  /// Every variable, in the order it was first asked for.
  public package(set) var variables: [Variable] = []
  /// For each updated variable, the node that is its value after the step.
  public package(set) var updates: [(variable: Variable, value: NodeID)] = []
  /// The nodes whose values are read after a run.
  public package(set) var outputs: [NodeID] = []
  /// Every layer applied, outermost first in each branch.
  package internal(set) var layers: [LayerRecord] = []
  /// The ranges of nodes that the backward pass computes again, an outer range before those inside it.
  public package(set) var checkpoints: [Range<NodeID>] = []
  /// Metadata that layers attach for the runner, such as a weight file.
  package internal(set) var annotations: [any Sendable] = []

  init(precision: ElementType) { self.precision = precision }

  /// The inputs in the order they were made.
  public var inputs: [(name: String, node: NodeID)] {
    nodes.indices.compactMap { id in nodes[id].input.map { ($0.name, id) } }
  }

  /// The node that reads each variable, by the variable's path.
  package var reads: [String: NodeID] {
    var reads: [String: NodeID] = [:]
    for (id, node) in nodes.enumerated() {
      if let read = node.read { reads[read.path] = id }
    }
    return reads
  }

  /// The nodes that some are computed from, themselves included.
  ///
  /// - Parameter boundary: Nodes whose operands do not count.
  package func nodes(neededFor targets: [NodeID], notBeyond boundary: Set<NodeID> = []) -> Set<NodeID> {
    let needed = isNeeded(for: targets, notBeyond: boundary)
    return Set(needed.indices.filter { needed[$0] })
  }

  /// For each node, whether it is among those that some are computed from, themselves included.
  ///
  /// - Parameter boundary: Nodes whose operands do not count.
  package func isNeeded(for targets: [NodeID], notBeyond boundary: Set<NodeID> = []) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for target in targets { needed[target] = true }
    for id in nodes.indices.reversed() where needed[id] && !boundary.contains(id) {
      for operand in nodes[id].operands { needed[operand] = true }
    }
    return needed
  }
}
