/// What the losses that compare every row with every other have in common.
extension Tensor {
  /// The similarities `[R, R]` of normalized rows `[R, D]`: their cosines, divided by a temperature.
  public func similarities(temperature: Tensor) -> Tensor {
    matmul(self, self, transposeB: true) / temperature
  }

  /// These logits without those where `mask` is 1: they are so low that nothing of them is left in a softmax
  /// or a logarithm of summed exponentials.
  public func leavingOut(_ mask: Tensor) -> Tensor { select(mask, graph.constant(-1e9), self) }
}

extension Scheduled {
  /// The temperature of a loss, as a scalar of a graph.
  func temperature(in graph: GraphBuilder) -> Tensor { tensor("temperature", in: graph) }
}
