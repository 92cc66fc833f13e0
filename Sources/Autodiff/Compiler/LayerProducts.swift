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
    let multiplied = Set(withWeights.map { classes.source(graph.nodes[$0].operands[0]) })
    let shapes = Set(graph.variables.map(\.type.shape))
    // The gradient of a weight is a product of the activations with the gradients of the layer's result. The
    // weight is multiplied by one or both of them, unless activations are computed again.
    let gradients = products.filter { id in
      let node = graph.nodes[id]
      if node.operation.definition is ConvolutionWeightGradient { return true }
      guard let product = node.operation.definition as? MatMul, product.transposeA else { return false }
      return shapes.contains(node.type.shape)
        && node.operands.contains { multiplied.contains(classes.source($0)) }
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
