/// The sum of a tensor over the replicas of a graph, which compute equal parts of a batch.
///
/// In a graph of the whole batch it is the operand. In one of several replicas it is a collective operation:
/// every replica computes it, at the same place among the others. Its definition is for replicas with equal
/// operands.
package struct CrossReplicaSum: TensorOperation {
  /// The number of replicas.
  package let replicas: Int

  package init(replicas: Int) { self.replicas = replicas }

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return operands[0]
  }

  // What a replica contributes is part of the result of each.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(self, to: [upstream])]
  }

  package func lowering(_ operands: [TensorType]) -> Lowering { replicas == 1 ? .marker : .kernel(self) }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    operands[0].map { $0 * T(replicas) }
  }
}

extension Tensor {
  /// Returns the sum over the replicas that compute the parts of a batch, ``GraphBuilder/replicas``; this
  /// tensor in a graph of the whole batch.
  ///
  /// It connects the parts: the gradient of a part is that of the results of all. A batch with it is
  /// computed whole, or in one part on each of several ranks.
  public func summedOverReplicas() -> Tensor {
    graph.apply(CrossReplicaSum(replicas: graph.replicas), to: [self])
  }
}
