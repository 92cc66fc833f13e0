/// The sum of a tensor over the replicas of a graph, which compute equal parts of a batch.
///
/// In a graph of the whole batch it is the operand. In one of several replicas every replica computes it, at
/// the same place among its other calls. Its definition is for replicas with equal operands.
package struct CrossReplicaSum: CollectiveOperation {
  package let replicas: Int

  package init(replicas: Int) { self.replicas = replicas }

  // The operand of a replica enters the result of every one.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(self, to: [upstream])]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    operands[0].map { $0 * T(replicas) }
  }

  package func combine(_ all: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>) {
    let count = result.count
    for place in 0..<count {
      var sum = 0.0
      for replica in 0..<replicas { sum += Double(all[replica * count + place]) }
      result[place] = Float(sum)
    }
  }
}

extension Tensor {
  /// Returns the sum over the replicas that compute the parts of a batch, `GraphBuilder.replicas`; this
  /// tensor in a graph of the whole batch.
  ///
  /// It connects the parts: the gradient of a part is that of the results of all. A batch with it is
  /// computed whole, or in one part on each of several ranks.
  public func summedOverReplicas() -> Tensor {
    graph.apply(CrossReplicaSum(replicas: graph.replicas), to: [self])
  }
}
