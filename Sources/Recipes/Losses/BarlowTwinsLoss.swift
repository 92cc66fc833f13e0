/// The loss of Barlow Twins (Zbontar et al. 2021): the distance of the cross-correlation matrix of the two
/// views' embeddings from the identity, so that views agree and columns are decorrelated.
///
/// With `c[a, b]` the mean over samples of column `a` of the first view times column `b` of the second, each
/// normalized over the batch: `sum of (1 - c[a, a])^2 + lambda * sum over a != b of c[a, b]^2`.
public struct BarlowTwinsLoss: ContrastiveLoss {
  /// The weight of the off-diagonal correlations.
  public var lambda: Double

  /// Creates the loss; the default is the paper's.
  ///
  /// - Parameter lambda: The weight of the off-diagonal correlations.
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

  // Like batch normalization without parameters.
  private func normalized(_ z: Tensor) -> Tensor {
    let (mean, variance) = z.moments(axes: [0])
    return (z - mean) * rsqrt(variance + 1e-5)
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { pairs.fewRowsWarnings(columns: columns) }
}
