/// The supervised contrastive loss: NT-Xent with several positives (Khosla et al. 2020, its `L_out`).
///
/// Every row of the same group is a positive: photographs of one patient with `.bags`, of one class with
/// `.labelled`. For row `i` with positives `P`, of similarities `s` between normalized rows divided by the
/// temperature: the mean over `p` in `P` of `-s[i, p] + log(sum over j != i of exp(s[i, j]))`; the loss is
/// the mean over all rows that have a positive. Without groups it is ``NTXent``.
public struct SupCon: ContrastiveLoss {
  /// The divisor of similarities; a lower one emphasizes the nearest negatives.
  public var temperature: Scheduled

  /// Creates a loss of the given temperature.
  ///
  /// - Parameter temperature: The divisor of similarities; a lower one emphasizes the nearest negatives.
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
