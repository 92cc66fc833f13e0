/// NT-Xent corrected for negatives of the row's own class (Chuang et al. 2020, "Debiased Contrastive
/// Learning"): unlabelled photographs are sampled as negatives whatever they show, and with few or unbalanced
/// classes many of them show the same.
///
/// For row `i` with partner `p`, of similarities `s` between normalized rows divided by the temperature `t`,
/// and the other `n = 2N - 2` rows `j`: `-log(exp(s[i, p]) / (exp(s[i, p]) + g))`, where `g = max((sum of
/// exp(s[i, j]) - prior * n * exp(s[i, p])) / (1 - prior), n * exp(-1 / t))` estimates the sum over negatives
/// of other classes; the loss is the mean over all rows. With a prior of 0 it is ``NTXent``.
public struct DebiasedNTXent: ContrastiveLoss {
  /// The divisor of similarities; a lower one emphasizes the nearest negatives.
  public var temperature: Scheduled
  /// The probability that a negative has the row's own class: for balanced classes, one over their number.
  public var prior: Double

  /// Creates a loss of the given temperature and prior.
  ///
  /// - Parameters:
  ///   - temperature: The divisor of similarities; a lower one emphasizes the nearest negatives.
  ///   - prior: The probability that a negative has the row's own class: for balanced classes, one over their
  ///     number.
  public init(temperature: Scheduled = 0.1, prior: Double = 0.1) {
    self.temperature = temperature
    self.prior = prior
  }

  public var problems: [SettingProblem] {
    Check.scheduled("temperature", temperature, above: 0)
    Check.number("prior", prior, atLeast: 0, below: 1)
  }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let (z, graph) = (z.l2Normalized(), z.graph)
    let temperature = temperature.temperature(in: graph)
    let similarity = z.similarities(temperature: temperature)
    let partner = pairs.partnerMask(in: graph)
    let own = pairs.selfMask(in: graph) + partner
    let positive = exp((partner * similarity).sum(axes: [1]))
    let count = Double(pairs.rows - 2)
    let negatives = exp(similarity.leavingOut(own)).sum(axes: [1])
    let others = maximum((negatives - prior * count * positive) / (1 - prior), count * exp(-1 / temperature))
    return log(1 + others / positive).mean()
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] {
    temperature.temperatureWarnings + pairs.fewNegativesWarnings
  }
}
