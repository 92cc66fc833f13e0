extension Graph {
  /// Returns the graph in which the backward pass computes again what it needs from inside a checkpoint, so
  /// that these values need not stay in memory from the forward pass on (Chen et al. 2016).
  ///
  /// The nodes of a checkpoint are appended a second time before the first node of the backward pass that
  /// reads one of them. They read what comes in from outside behind barriers, so that no other pass finds
  /// that it is known already. A checkpoint inside one that is computed again is computed a third time.
  /// Updates of variables are not repeated.
  func rematerialized() -> Graph {
    if checkpoints.isEmpty { return self }
    var rematerializer = Rematerializer(of: self)
    return rewritten { rewriter, node, id in rematerializer.append(node, id, to: &rewriter) }
  }
}

/// The checkpoints of a graph whose values the backward pass computes again, and how far it has.
private struct Rematerializer {
  private let graph: Graph
  private let checkpoints: [Range<NodeID>]
  // The checkpoint around each checkpoint, and the innermost around each node.
  private var outer: [Int?] = []
  private var innermost: [Int?]
  // The second node of each node of a checkpoint, and the next node of it to be computed again.
  private var copies: [[NodeID: NodeID]]
  private var next: [NodeID]
  // The barriers in front of what comes in from outside of a checkpoint.
  private var barriers: [[NodeID: NodeID]]
  // Where each node of the graph is in the new one.
  private var map: [NodeID] = []

  init(of graph: Graph) {
    self.graph = graph
    checkpoints = graph.checkpoints
    next = checkpoints.map(\.lowerBound)
    copies = [[NodeID: NodeID]](repeating: [:], count: checkpoints.count)
    barriers = copies
    innermost = [Int?](repeating: nil, count: graph.nodes.count)
    for (index, range) in checkpoints.enumerated() {  // outer ones come before those inside
      outer.append(innermost[range.lowerBound])
      for id in range { innermost[id] = index }
    }
  }

  /// Appends a node, which reads values computed again if it belongs to the gradient of a node inside a
  /// checkpoint.
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

  // The innermost checkpoint around the node whose gradient, to whatever order, a node is a part of.
  private func checkpoint(ofGradient node: Node) -> Int? {
    var origin = node.gradientOf
    while let id = origin {
      if let checkpoint = innermost[id] { return checkpoint }
      origin = graph.nodes[id].gradientOf
    }
    return nil
  }

  // The value of a node as the gradients of those inside a checkpoint read it.
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
      // What comes from variables and constants alone is kept.
      if operands != node.operands.map({ map[$0] }) {
        copies[checkpoint][id] = rewriter.append(
          Node(
            operation: node.operation, operands: operands, type: node.type, path: node.path,
            location: node.location, source: node.source))
      }
    }
  }

  // The barrier behind which a checkpoint reads a value from outside.
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

  // Variables and constants take no memory that could be saved, nor do labels.
  private func isAlwaysThere(_ id: NodeID) -> Bool {
    let node = graph.nodes[id]
    return node.read != nil || node.constant != nil || !node.type.element.isReal
  }
}
