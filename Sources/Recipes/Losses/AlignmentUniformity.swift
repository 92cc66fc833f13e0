import Foundation

/// Alignment and uniformity on the hypersphere (Wang and Isola 2020): attracts the two views of a sample, and
/// repels all samples by a Gaussian potential.
///
/// For normalized embeddings: `mean of |x - y|^alpha + weight * mean over both views of log(mean over i < j
/// of exp(-t * |x[i] - x[j]|^2))`.
public struct AlignmentUniformity: ContrastiveLoss {
  /// The exponent of the distance between two views.
  public var alpha: Double
  /// The decay of the potential with the squared distance.
  public var t: Double
  /// The weight of uniformity.
  public var weight: Double

  /// Creates the loss; the defaults are the paper's.
  ///
  /// - Parameters:
  ///   - alpha: The exponent of the distance between two views.
  ///   - t: The decay of the potential with the squared distance.
  ///   - weight: The weight of uniformity.
  public init(alpha: Double = 2, t: Double = 2, weight: Double = 1) {
    self.alpha = alpha
    self.t = t
    self.weight = weight
  }

  public var problems: [SettingProblem] {
    Check.number("alpha", alpha, above: 0)
    Check.number("t", t, above: 0)
    Check.number("weight", weight, atLeast: 0)
  }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let z = z.l2Normalized()
    let (first, second) = (pairs.first(of: z), pairs.second(of: z))
    let squares = ((first - second) * (first - second)).sum(axes: [1])
    let alignment = alpha == 2 ? squares.mean() : pow(squares, alpha / 2).mean()
    return alignment + weight * (potential(first) + potential(second)) / 2
  }

  // Returns the logarithm of the mean potential of distinct rows. For unit vectors, |x - y|^2 is 2 - 2 x y.
  private func potential(_ x: Tensor) -> Tensor {
    let rows = x.shape[0]
    let exponents = (2 * matmul(x, x, transposeB: true) - 2) * t
    let others = exponents.leavingOut(x.graph.identity(rows))
    return others.logSumExp() - Foundation.log(Double(rows * (rows - 1)))
  }
}
