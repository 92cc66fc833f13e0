/// The part of a graph that computes a tensor, as a separate graph with its leaves as inputs: the function
/// for finite differences. Operands of a stopped gradient are inputs too, and so held constant; variables are
/// not updated.
struct DetachedFunction {
  let graph: GraphBuilder
  let target: Tensor
  /// The nodes of the original graph that are held constant.
  let stopped: [NodeID]
  /// The value of each input, by node.
  let values: [NodeID: Value<Double>]
  // The node for each node of the original graph.
  private let nodes: [NodeID: Tensor]
  private let original: GraphBuilder

  /// Creates the function of a tensor.
  ///
  /// - Parameter values: The values of the leaves and of the nodes held constant, by node.
  init(_ target: Tensor, at values: [NodeID: Value<Double>], stopped: [NodeID]) {
    let (original, graph) = (target.graph, GraphBuilder(precision: .float64))
    var nodes: [NodeID: Tensor] = [:]
    let needed = original.contents.nodes(neededFor: [target.id], notBeyond: Set(stopped)).union(values.keys)
    for id in needed.sorted() {
      let node = original.nodes[id]
      nodes[id] = graph.attributed(to: node) {
        if let constant = node.constant {
          return constant.splat.map { graph.constant($0, node.type.shape, node.type.element) }
            ?? graph.constant(constant.values, node.type.shape, node.type.element)
        }
        if values[id] != nil { return graph.input("\(id)", node.type.shape, node.type.element) }
        contract(!node.operands.isEmpty, "no value was given for \(node.operation)")
        return graph.apply(node.operation, to: node.operands.compactMap { nodes[$0] })
      }
    }
    guard let result = nodes[target.id] else { fatalError("a tensor is needed for itself") }
    self.graph = graph
    self.target = result
    self.stopped = stopped
    self.nodes = nodes
    self.original = original
    self.values = Dictionary(uniqueKeysWithValues: values.map { (nodes[$0]?.id ?? -1, $1) })
  }

  /// Returns the node for a node of the original graph.
  func node(_ original: NodeID) -> NodeID? { nodes[original]?.id }

  /// The origins of the original graph's operations, by their nodes here.
  var origins: [NodeID: NodeOrigin] {
    Dictionary(
      nodes.map { ($1.id, NodeOrigin(of: original.nodes[$0], in: original.contents)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Returns a program with the inputs set.
  func program(outputs: [Tensor]) throws -> Program {
    let program = try Program(graph, outputs: outputs)
    for (id, value) in values {
      program.set(CheckedInput(name: "%\(id)", id: id, value: value, isDifferentiated: false), of: graph)
    }
    return program
  }
}

extension GraphBuilder {
  /// Returns the stopped gradients and updated variables between `target` and `sources`, without those behind
  /// others.
  func stoppedGradients(of target: NodeID, for sources: Set<NodeID>) -> [NodeID] {
    let moving = dependents(of: sources, from: 0, upTo: target)
    let stops = moving.filter { id in
      let node = nodes[id]
      return !node.operands.isEmpty && node.operands.indices.allSatisfy(node.operation.isDetached)
    }
    return contents.nodes(neededFor: [target], notBeyond: stops).intersection(stops).sorted()
  }
}
