/// NT-Xent with several positives: the supervised contrastive loss (Khosla et al. 2020, its `L_out`).
///
/// Every row of the same group is a positive: photographs of the same patient with `.bags`, of the same class
/// with `.labelled`. For row `i` with positives `P`, of similarities `s` between normalized rows divided by
/// the temperature: the mean over `p` in `P` of `-s[i, p] + log(sum over j != i of exp(s[i, j]))`; the loss
/// is the mean over all rows that have a positive. Without groups it is ``NTXent``.
public struct SupCon: ContrastiveLoss {
  /// What similarities are divided by: the lower, the more the nearest negatives count.
  public var temperature: Scheduled

  /// A loss of the given temperature.
  public init(temperature: Scheduled = 0.1) {
    self.temperature = temperature
  }

  public var problems: [SettingProblem] { Check.scheduled("temperature", temperature, above: 0) }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let z = z.l2Normalized()
    let others = z.similarities(temperature: temperature.temperature(in: z.graph))
      .leavingOut(pairs.selfMask(in: z.graph))
    let positives = pairs.positiveMask(in: z.graph)
    let positiveCounts = positives.sum(axes: [1])
    let rows = -(positives * logSoftmax(others)).sum(axes: [1]) / maximum(positiveCounts, 1)
    return rows.sum() / maximum((positiveCounts .> 0).sum(), 1)
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] {
    temperature.temperatureWarnings + pairs.fewNegativesWarnings
  }
}
