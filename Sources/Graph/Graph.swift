/// A computation in static single assignment form: nodes in topological order, the variables they read, and
/// its outputs and updates.
///
/// It is a value: layers append to a `GraphBuilder`, whose `build` returns a graph, and each
/// compiler pass returns a new one.
public struct Graph: Sendable {
  /// The element type of parameters and constants.
  public let precision: ElementType
  /// Every node, operands before their users.
  public package(set) var nodes: [Node] = []
  /// Every variable, in order of first use.
  public package(set) var variables: [Variable] = []
  /// For each updated variable, the node of its new value.
  public package(set) var updates: [(variable: Variable, value: NodeID)] = []
  /// The nodes whose values are read after a run.
  public package(set) var outputs: [NodeID] = []
  /// Every layer applied, outermost first in each branch.
  package internal(set) var layers: [LayerRecord] = []
  /// The ranges of nodes recomputed in the backward pass; an outer range precedes those nested in it.
  public package(set) var checkpoints: [Range<NodeID>] = []
  /// Metadata that layers attach for the runner, such as a weight file.
  package internal(set) var annotations: [any Sendable] = []

  init(precision: ElementType) { self.precision = precision }

  /// The inputs in order of creation.
  public var inputs: [(name: String, node: NodeID)] {
    nodes.indices.compactMap { id in nodes[id].input.map { ($0.name, id) } }
  }

  /// The node that reads each variable, by path.
  package var reads: [String: NodeID] {
    var reads: [String: NodeID] = [:]
    for (id, node) in nodes.enumerated() {
      if let read = node.read { reads[read.path] = id }
    }
    return reads
  }

  /// Returns the nodes that the targets depend on, the targets included.
  ///
  /// - Parameter boundary: Nodes whose operands are not followed.
  package func nodes(neededFor targets: [NodeID], notBeyond boundary: Set<NodeID> = []) -> Set<NodeID> {
    let needed = isNeeded(for: targets, notBeyond: boundary)
    return Set(needed.indices.filter { needed[$0] })
  }

  /// Returns, for each node, whether the targets depend on it; true for the targets themselves.
  ///
  /// - Parameter boundary: Nodes whose operands are not followed.
  package func isNeeded(for targets: [NodeID], notBeyond boundary: Set<NodeID> = []) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for target in targets { needed[target] = true }
    for id in nodes.indices.reversed() where needed[id] && !boundary.contains(id) {
      for operand in nodes[id].operands { needed[operand] = true }
    }
    return needed
  }
}
