/// The loss of Barlow Twins (Zbontar et al. 2021): the correlations between the columns of the two views'
/// embeddings are drawn to the identity, so that views agree and columns do not repeat each other.
///
/// With `c[a, b]` the mean over samples of column `a` of the first view times column `b` of the second, each
/// normalized over the batch: `sum of (1 - c[a, a])^2 + lambda * sum over a != b of c[a, b]^2`.
public struct BarlowTwinsLoss: ContrastiveLoss {
  /// How much the correlations of different columns count.
  public var lambda: Double

  /// The loss, with the paper's lambda.
  public init(lambda: Double = 0.005) {
    self.lambda = lambda
  }

  public var problems: [SettingProblem] { Check.number("lambda", lambda, atLeast: 0) }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let (first, second) = (normalized(pairs.first(of: z)), normalized(pairs.second(of: z)))
    let correlation = matmul(first, second, transposeA: true) / Double(pairs.count)
    let identity = z.graph.identity(z.shape.channels)
    let onDiagonal = (identity * (correlation - 1) * (correlation - 1)).sum()
    let offDiagonal = ((1 - identity) * correlation * correlation).sum()
    return onDiagonal + lambda * offDiagonal
  }

  // As batch normalization without parameters does it.
  private func normalized(_ z: Tensor) -> Tensor {
    let (mean, variance) = z.moments(axes: [0])
    return (z - mean) * rsqrt(variance + 1e-5)
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { pairs.fewRowsWarnings(columns: columns) }
}
