/// The values of the forward pass as the backward pass reads them: inside a checkpoint computed again,
/// elsewhere those that were kept.
///
/// The nodes of a checkpoint are appended a second time when the backward pass first gets there, in their
/// order. They read what came in from outside behind barriers, so that the compiler does not find that it has
/// them already; and as it forms calls in the order of nodes, nothing is computed again before its turn.
/// Updates of variables are not repeated. Inside a checkpoint that is computed again, an inner one is
/// computed a third time.
struct Recomputation {
  private let graph: Graph
  private let checkpoints: [Range<NodeID>]
  // The checkpoint around each checkpoint, and the innermost around each node.
  private var outer: [Int?] = []
  private var innermost: [Int?]
  // The second node of each node of a checkpoint, once the backward pass has been there.
  private var copies: [[NodeID: NodeID]?]

  init(_ graph: Graph) {
    self.graph = graph
    checkpoints = graph.checkpoints
    copies = [[NodeID: NodeID]?](repeating: nil, count: checkpoints.count)
    innermost = [Int?](repeating: nil, count: checkpoints.map(\.upperBound).max() ?? 0)
    for (index, range) in checkpoints.enumerated() {  // outer ones come before those inside
      outer.append(innermost[range.lowerBound])
      for id in range { innermost[id] = index }
    }
  }

  /// The result and the operands of a node for its gradient. Nodes are asked for in descending order.
  mutating func values(of id: NodeID) -> (result: Tensor, operands: [Tensor]) {
    let checkpoint = id < innermost.count ? innermost[id] : nil
    if let checkpoint { computeAgain(checkpoint, upTo: id) }
    let node = graph.nodes[id]
    return (
      tensor(value(id, seenFrom: checkpoint)), node.operands.map { tensor(value($0, seenFrom: checkpoint)) }
    )
  }

  private func tensor(_ id: NodeID) -> Tensor { Tensor(graph: graph, id: id) }

  // The value of a node for those inside a checkpoint: from the innermost around them that holds the node.
  private func value(_ id: NodeID, seenFrom checkpoint: Int?) -> NodeID {
    var next = checkpoint
    while let index = next {
      if checkpoints[index].contains(id) { return copies[index]?[id] ?? id }
      next = outer[index]
    }
    return id
  }

  private mutating func computeAgain(_ checkpoint: Int, upTo last: NodeID) {
    guard copies[checkpoint] == nil else { return }
    let around = outer[checkpoint]
    if let around { computeAgain(around, upTo: last) }
    let range = checkpoints[checkpoint]
    var again: [NodeID: NodeID] = [:]
    var barriers: [NodeID: NodeID] = [:]
    for id in range.lowerBound...last {
      let node = graph.nodes[id]
      graph.attributed(to: node) {
        let operands = node.operands.map { operand in
          if let copy = again[operand] ?? barriers[operand] { return copy }
          if range.contains(operand) || isThereAnyway(operand) { return operand }
          let barrier = tensor(value(operand, seenFrom: around)).behindBarrier.id
          barriers[operand] = barrier
          return barrier
        }
        // What comes from variables and constants alone is kept.
        if operands != node.operands { again[id] = graph.apply(node.operation, to: operands.map(tensor)).id }
      }
    }
    copies[checkpoint] = again
  }

  // Variables and constants take no memory that could be saved, nor do labels.
  private func isThereAnyway(_ id: NodeID) -> Bool {
    let node = graph.nodes[id]
    return node.operation is Read || node.operation is Literal || !node.type.element.isReal
  }
}
