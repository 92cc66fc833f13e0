/// The loss of VICReg (Bardes et al. 2022): the two views of a sample are attracted (invariance), every
/// column has a standard deviation of at least 1 (variance), and columns are decorrelated (covariance).
///
/// `invariance * mean of (x - y)^2 + variance * mean over views and columns of max(0, 1 - sqrt(var + 1e-4)) +
/// covariance * sum over views and a != b of cov[a, b]^2 / D`, of embeddings that are not normalized.
public struct VICRegLoss: ContrastiveLoss {
  /// The weight of the distance between the views.
  public var invariance: Double
  /// The weight of the variance hinge.
  public var variance: Double
  /// The weight of the off-diagonal covariances.
  public var covariance: Double

  /// Creates the loss; the defaults are the paper's.
  ///
  /// - Parameters:
  ///   - invariance: The weight of the distance between the views.
  ///   - variance: The weight of the variance hinge.
  ///   - covariance: The weight of the off-diagonal covariances.
  public init(invariance: Double = 25, variance: Double = 25, covariance: Double = 1) {
    self.invariance = invariance
    self.variance = variance
    self.covariance = covariance
  }

  public var problems: [SettingProblem] {
    Check.number("invariance", invariance, atLeast: 0)
    Check.number("variance", variance, atLeast: 0)
    Check.number("covariance", covariance, atLeast: 0)
  }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let (first, second) = (pairs.first(of: z), pairs.second(of: z))
    let distance = ((first - second) * (first - second)).mean()
    let (a, b) = (spread(of: first), spread(of: second))
    return invariance * distance + variance * (a.lacking + b.lacking) / 2
      + covariance * (a.correlated + b.correlated)
  }

  private func spread(of view: Tensor) -> (lacking: Tensor, correlated: Tensor) {
    let (rows, columns) = (Double(view.shape[0]), view.shape.channels)
    let centered = view - view.mean(axes: [0])
    let covariance = matmul(centered, centered, transposeA: true) / (rows - 1)
    let identity = view.graph.identity(columns)
    let variances = (covariance * identity).sum(axes: [1])
    let offDiagonal = (1 - identity) * covariance
    return (
      relu(1 - sqrt(variances + 1e-4)).mean(), (offDiagonal * offDiagonal).sum() / Double(columns)
    )
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { pairs.fewRowsWarnings(columns: columns) }
}
