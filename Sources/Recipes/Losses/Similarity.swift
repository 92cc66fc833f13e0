/// Helpers of losses that compare all pairs of rows.
extension Tensor {
  /// Returns the similarities `[R, R]` of normalized rows `[R, D]`: their cosines, divided by a temperature.
  ///
  /// - Parameter temperature: The divisor of the cosines, a scalar.
  public func similarities(temperature: Tensor) -> Tensor {
    matmul(self, self, transposeB: true) / temperature
  }

  /// Returns these logits with those where `mask` is 1 set to a value so low that it vanishes in a softmax or
  /// a log-sum-exp.
  ///
  /// - Parameter mask: Where to leave out: 1 there, 0 elsewhere, broadcast to the shape of the logits.
  public func leavingOut(_ mask: Tensor) -> Tensor { select(mask, graph.constant(-1e9), self) }
}

extension Scheduled {
  /// Returns the temperature of a loss, as a scalar of a graph.
  func temperature(in graph: GraphBuilder) -> Tensor { tensor("temperature", in: graph) }
}
