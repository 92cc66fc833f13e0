/// Mean and biased variance of the values of all replicas of a graph, which have equally many: of the stacked
/// moments of its own values on each, `[2, ...]`, and stacked as well.
///
/// Squares of the deviations of means are added, so that nothing cancels (Chan, Golub and LeVeque 1983). In a
/// graph of the whole batch it is the operand. Its definition is for replicas with equal operands.
package struct CrossReplicaMoments: CollectiveOperation {
  package let replicas: Int

  package init(replicas: Int) { self.replicas = replicas }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    if replicas == 1 { return [upstream] }
    // One exchange for both. The deviations of means from their mean add up to 0.
    let sum = upstream.graph.apply(CrossReplicaSum(replicas: replicas), to: [upstream])
    let shared = sum / Double(replicas)
    let (forMean, forVariance) = (shared.sliced(0..<1, axis: 0), shared.sliced(1..<2, axis: 0))
    let deviation = (operands[0] - result).sliced(0..<1, axis: 0)
    return [concatenate([forMean + forVariance * (2 * deviation), forVariance])]
  }

  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] }

  package func combine(_ all: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>) {
    let (count, places) = (result.count, result.count / 2)
    for place in 0..<places {
      var (sum, squares) = (0.0, 0.0)
      for replica in 0..<replicas { sum += Double(all[replica * count + place]) }
      let mean = sum / Double(replicas)
      for replica in 0..<replicas {
        let deviation = Double(all[replica * count + place]) - mean
        squares += Double(all[replica * count + places + place]) + deviation * deviation
      }
      result[place] = Float(mean)
      result[places + place] = Float(squares / Double(replicas))
    }
  }
}
