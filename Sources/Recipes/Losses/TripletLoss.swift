/// The triplet loss with semi-hard mining (Schroff et al. 2015).
///
/// For normalized embeddings, with `d` the squared distance of row `i` to its partner: the mean over all rows
/// of `max(0, margin + d - n)`, where `n` is the distance of the nearest negative that is farther than `d`
/// or, if there is none, of the farthest one. Rows of the same group are not negatives.
public struct TripletLoss: ContrastiveLoss {
  /// The required distance of a negative beyond that of the partner.
  public var margin: Double

  /// Creates a loss of the given margin.
  ///
  /// - Parameter margin: The required distance of a negative beyond that of the partner.
  public init(margin: Double = 0.2) {
    self.margin = margin
  }

  public var problems: [SettingProblem] { Check.number("margin", margin, above: 0) }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let (z, graph) = (z.l2Normalized(), z.graph)
    // For unit vectors, |x - y|^2 is 2 - 2 x y, from 0 to 4.
    let distance = 2 - 2 * matmul(z, z, transposeB: true)
    let positive = (distance * pairs.partnerMask(in: graph)).sum(axes: [1], keepingDimensions: true)
    let isNegative = 1 - pairs.selfMask(in: graph) - pairs.positiveMask(in: graph)
    let isSemiHard = isNegative * (distance .> positive)
    let nearest = select(isSemiHard, distance, graph.constant(8)).min(axes: [1])
    let farthest = select(isNegative, distance, graph.constant(-8)).max(axes: [1])
    let hasSemiHard = isSemiHard.max(axes: [1])
    let hasNegative = isNegative.max(axes: [1])
    let negative = select(hasSemiHard, nearest, farthest)
    let rows = relu(margin + positive.reshaped(to: [pairs.rows]) - negative)
    return (hasNegative * rows).sum() / maximum(hasNegative.sum(), 1)
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { pairs.fewNegativesWarnings }
}
