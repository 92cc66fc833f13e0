import Recipes

/// The sigmoid loss: a binary classification of every two embeddings as a pair or not, where `NTXent` selects
/// one among all others (Zhai et al. 2023, "Sigmoid Loss for Language Image Pre-Training").
///
/// Use it in place of `NTXent(temperature: 0.1)`: `SimCLR(encoder, loss: PairwiseSigmoid(), epochs: 40)`.
public struct PairwiseSigmoid: ContrastiveLoss {
  /// The divisor of similarities.
  public var temperature: Double
  /// The number added to similarities, negative as most are not of pairs.
  public var bias: Double

  /// Creates a loss with the paper's initial values.
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
