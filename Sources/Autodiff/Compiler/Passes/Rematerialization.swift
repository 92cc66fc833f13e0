extension Graph {
  /// Returns the graph in which the backward pass recomputes the activations inside checkpoints, so that they
  /// are not kept in memory after the forward pass (Chen et al. 2016).
  ///
  /// The nodes of a checkpoint are duplicated before the first node of the backward pass that reads one of
  /// them. The copies read values from outside behind optimization barriers, so that common-subexpression
  /// elimination does not merge them with the originals. A nested checkpoint is computed a third time.
  /// Variable updates are not repeated, and neither are collective operations, whose results are kept.
  func rematerialized() -> Graph {
    if checkpoints.isEmpty { return self }
    var rematerializer = Rematerializer(of: self)
    return rewritten { rewriter, node, id in rematerializer.append(node, id, to: &rewriter) }
  }
}

/// The state of rematerialization: the checkpoints of a graph, and how far each has been recomputed.
private struct Rematerializer {
  private let graph: Graph
  private let checkpoints: [Range<NodeID>]
  // The enclosing checkpoint of each checkpoint, and the innermost one of each node.
  private var outer: [Int?] = []
  private var innermost: [Int?]
  // The copies of each checkpoint's nodes, and the next node to copy.
  private var copies: [[NodeID: NodeID]]
  private var next: [NodeID]
  // The barriers on values that a checkpoint reads from outside.
  private var barriers: [[NodeID: NodeID]]
  // The new index of each node.
  private var map: [NodeID] = []

  init(of graph: Graph) {
    self.graph = graph
    checkpoints = graph.checkpoints
    next = checkpoints.map(\.lowerBound)
    copies = [[NodeID: NodeID]](repeating: [:], count: checkpoints.count)
    barriers = copies
    innermost = [Int?](repeating: nil, count: graph.nodes.count)
    for (index, range) in checkpoints.enumerated() {  // outer ones precede nested ones
      outer.append(innermost[range.lowerBound])
      for id in range { innermost[id] = index }
    }
  }

  /// Appends a node; the gradient of a node inside a checkpoint reads recomputed values.
  mutating func append(_ node: Node, _ id: NodeID, to rewriter: inout GraphRewriter) -> NodeID {
    var operands = node.operands
    if let checkpoint = checkpoint(ofGradient: node) {
      for (index, operand) in graph.nodes[id].operands.enumerated() where innermost[operand] != nil {
        operands[index] = value(operand, seenFrom: checkpoint, &rewriter)
      }
    }
    map.append(rewriter.append(node.over(operands)))
    return map[id]
  }

  // Returns the innermost checkpoint of the node whose gradient, of any order, a node belongs to.
  private func checkpoint(ofGradient node: Node) -> Int? {
    var origin = node.gradientOf
    while let id = origin {
      if let checkpoint = innermost[id] { return checkpoint }
      origin = graph.nodes[id].gradientOf
    }
    return nil
  }

  // Returns the node that gradients inside a checkpoint read in place of `id`.
  private mutating func value(_ id: NodeID, seenFrom checkpoint: Int?, _ rewriter: inout GraphRewriter)
    -> NodeID
  {
    var inside = checkpoint
    while let index = inside {
      if checkpoints[index].contains(id) {
        computeAgain(index, through: id, &rewriter)
        return copies[index][id] ?? map[id]
      }
      inside = outer[index]
    }
    return map[id]
  }

  private mutating func computeAgain(_ checkpoint: Int, through last: NodeID, _ rewriter: inout GraphRewriter)
  {
    while next[checkpoint] <= last {
      let id = next[checkpoint]
      next[checkpoint] += 1
      let node = graph.nodes[id]
      let operands = node.operands.map { operand in
        if checkpoints[checkpoint].contains(operand) { return copies[checkpoint][operand] ?? map[operand] }
        return isAlwaysThere(operand) ? map[operand] : entry(operand, to: checkpoint, of: node, &rewriter)
      }
      // Values computed from variables and constants alone are not recomputed.
      if operands != node.operands.map({ map[$0] }), !node.isCollective {
        copies[checkpoint][id] = rewriter.append(
          Node(
            operation: node.operation, operands: operands, type: node.type, path: node.path,
            location: node.location, source: node.source))
      }
    }
  }

  // Returns the barrier through which a checkpoint reads a value from outside.
  private mutating func entry(
    _ operand: NodeID, to checkpoint: Int, of node: Node, _ rewriter: inout GraphRewriter
  ) -> NodeID {
    if let known = barriers[checkpoint][operand] { return known }
    let source = value(operand, seenFrom: outer[checkpoint], &rewriter)
    let barrier = OptimizationBarrier(number: rewriter.nodes.count)
    let id = rewriter.append(node.followed(by: barrier, over: [source], graph.nodes[operand].type))
    barriers[checkpoint][operand] = id
    return id
  }

  // Recomputing behind a barrier saves no memory for variables, constants and labels.
  private func isAlwaysThere(_ id: NodeID) -> Bool {
    let node = graph.nodes[id]
    return node.read != nil || node.constant != nil || !node.type.element.isReal
  }
}
