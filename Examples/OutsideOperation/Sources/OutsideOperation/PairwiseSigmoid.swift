import Recipes

/// Whether two embeddings are a pair, asked of every two by themselves and not, as in `NTXent`, of one among
/// all others (Zhai et al. 2023, "Sigmoid Loss for Language Image Pre-Training").
///
/// It goes where a recipe says `NTXent(temperature: 0.1)`:
/// `SimCLR(encoder, loss: PairwiseSigmoid(), epochs: 40)`.
public struct PairwiseSigmoid: ContrastiveLoss {
  /// What similarities are divided by.
  public var temperature: Double
  /// What is added to them: most of the questions are to be answered with no.
  public var bias: Double

  /// A loss that begins as the paper's does.
  public init(temperature: Double = 0.1, bias: Double = -10) {
    self.temperature = temperature
    self.bias = bias
  }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let z = z.l2Normalized()
    let (first, second) = (z.sliced(0..<pairs.count, axis: 0), z.sliced(pairs.count..<pairs.rows, axis: 0))
    let logits = matmul(first, second.transposed) / temperature + bias
    let positives = (first * second).sum(axes: [1]) / temperature + bias
    // -log sigmoid(x) is softplus(x) - x.
    return (softplus(logits).sum() - positives.sum()) / Double(pairs.count)
  }
}
