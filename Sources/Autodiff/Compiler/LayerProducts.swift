/// The products of a graph that layers compute: of activations with weights, attention, and the gradients of
/// those.
///
/// The others, such as the similarities of a contrastive loss, are computed in single precision also in a
/// program of mixed precision.
struct LayerProducts {
  /// The nodes of the products.
  let nodes: Set<NodeID>
  /// Whether each node is a weight, the gradient of one, or computed from those: what stays in single
  /// precision.
  let isOfWeights: [Bool]

  init(_ classes: Classification) {
    let graph = classes.graph
    let isWeight = LayerProducts.weights(graph)
    func isProduct(_ id: NodeID) -> Bool {
      classes.product(id) != nil || graph.nodes[id].operation.definition is ConvolutionWeightGradient
    }
    let products = graph.nodes.indices.filter { isProduct($0) && graph.nodes[$0].operands.count >= 2 }
    let withWeights = products.filter { isWeight[graph.nodes[$0].operands[1]] }
    // Gradients of weights are known by what they are gradients of: their operands may be computed again.
    let sources = Set(withWeights.compactMap { graph.nodes[$0].source })
    let gradients = products.filter { id in
      !isWeight[graph.nodes[id].operands[1]] && graph.nodes[id].gradientOf.map(sources.contains) ?? false
    }
    let attention = graph.nodes.indices.filter { id in
      let operation = graph.nodes[id].operation.definition
      return operation is Attention || operation is AttentionGradient
    }
    nodes = Set(withWeights + gradients + attention)
    var isOfGradient = [Bool](repeating: false, count: graph.nodes.count)
    for id in gradients { isOfGradient[id] = true }
    for (id, node) in graph.nodes.enumerated() where node.operands.contains(where: { isOfGradient[$0] }) {
      isOfGradient[id] = true
    }
    isOfWeights = zip(isWeight, isOfGradient).map { $0 || $1 }
  }

  // Returns whether each node is computed from parameters, or their moving averages, alone.
  private static func weights(_ graph: Graph) -> [Bool] {
    let weights = Set(graph.variables.filter { $0.role.isParameter || $0.averages != nil }.map(\.path))
    var isWeight = [Bool](repeating: false, count: graph.nodes.count)
    for (id, node) in graph.nodes.enumerated() {
      if let variable = node.read {
        isWeight[id] = weights.contains(variable.path)
      } else {
        let operands = node.operands.filter { graph.nodes[$0].splat == nil }
        isWeight[id] = !operands.isEmpty && operands.allSatisfy { isWeight[$0] }
      }
    }
    return isWeight
  }
}
