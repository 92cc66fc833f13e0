extension Graph {
  /// Returns the graph with a transpose in front of each reduction whose axes are not adjacent, such as the
  /// first and the last of three, so that it is done in a loop.
  func withAdjacentAxes() -> Graph {
    rewritten { graph, node, _ in
      // Two axes with another between them.
      guard let operand = node.operands.first.map(graph.type), operand.shape.rank > 2,
        case .reduction(let reduction) = node.lowered(node.operands.map(graph.type))
      else {
        return graph.append(node)
      }
      if reduction.fitsLoop(over: operand.shape, leaves: [operand.shape]) { return graph.append(node) }
      let (permutation, axes) = reduction.adjacent(in: operand.shape)
      let transposed = TensorType(Shape(permutation.map { operand.shape[$0] }), operand.element)
      let transpose = graph.append(
        node.followed(by: Transpose(permutation: permutation), over: node.operands, transposed))
      return graph.append(node.over([transpose], operation: type(of: reduction).init(axes: axes)))
    }
  }
}

extension Reduction {
  /// An order of the operand's axes in which those that are reduced are adjacent, and where they are then.
  ///
  /// Axes that are reduced keep their order, and so do the others. The last one longer than 1 stays last, so
  /// that rows are copied in one piece.
  fileprivate func adjacent(in shape: Shape) -> (permutation: [Int], axes: [Int]) {
    let kept = (0..<shape.rank).filter { !axes.contains($0) }
    let last = (0..<shape.rank).last { shape[$0] > 1 }
    let endsReduced = last.map(axes.contains) ?? false
    return endsReduced
      ? (kept + axes, Array(kept.count..<shape.rank)) : (axes + kept, Array(axes.indices))
  }
}
