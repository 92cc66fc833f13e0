/// Decoupled contrastive learning (Yeh et al. 2022): NT-Xent without the positive in the denominator, so that
/// a positive pair that is already close does not weaken the gradient of its negatives. It works with smaller
/// batches.
///
/// For row `i` with partner `p`, of similarities `s` between normalized rows divided by the temperature:
/// `-w[i] * s[i, p] + log(sum over j other than i and p of exp(s[i, j]))`; the loss is the mean over all
/// rows. `w` is 1, or for DCLW `2 - exp(c[i] / sigma) / mean of exp(c / sigma)` with `c` the cosine of each
/// pair, so that distant pairs have more weight.
public struct DCL: ContrastiveLoss {
  /// The divisor of similarities; a lower one emphasizes the nearest negatives.
  public var temperature: Scheduled
  /// The spread of DCLW's weights, which are closer to equal for a larger sigma. Nil for DCL, with weights of
  /// 1.
  public var sigma: Double?

  /// Creates DCL, or DCLW if sigma is given; the paper uses 0.5.
  ///
  /// - Parameters:
  ///   - temperature: The divisor of similarities; a lower one emphasizes the nearest negatives.
  ///   - sigma: The spread of DCLW's weights, which are closer to equal for a larger sigma. Nil for DCL, with
  ///     weights of 1.
  public init(temperature: Scheduled = 0.1, sigma: Double? = nil) {
    self.temperature = temperature
    self.sigma = sigma
  }

  public var problems: [SettingProblem] {
    Check.scheduled("temperature", temperature, above: 0)
    if let sigma { Check.number("sigma", sigma, above: 0) }
  }

  public func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let (z, graph) = (z.l2Normalized(), z.graph)
    let temperature = temperature.temperature(in: graph)
    let own = pairs.selfMask(in: graph) + pairs.partnerMask(in: graph)
    let negatives = z.similarities(temperature: temperature).leavingOut(own)
    let cosine = (pairs.first(of: z) * pairs.second(of: z)).sum(axes: [1])
    let attraction = (weights(cosine) * cosine / temperature).mean()
    return negatives.logSumExp(axes: [1]).mean() - attraction
  }

  private func weights(_ cosine: Tensor) -> Tensor {
    guard let sigma else { return cosine.graph.constant(1) }
    return 2 - Double(cosine.shape.count) * softmax(cosine / sigma)
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] { temperature.temperatureWarnings }
}
