import Foundation

/// The normalized, temperature-scaled cross-entropy of SimCLR (Chen et al. 2020).
///
/// For row `i` with partner `p`, of similarities `s` between normalized rows divided by the temperature:
/// `-s[i, p] + log(sum over j != i of exp(s[i, j]))`; the loss is the mean over all rows.
public struct NTXent: ContrastiveLoss {
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
    return crossEntropy(others, targets: pairs.partnerMask(in: z.graph))
  }

  public func warnings(_ pairs: Pairs, columns: Int) -> [String] {
    temperature.temperatureWarnings + pairs.fewNegativesWarnings
  }

  /// Returns the loss of identical embeddings, ln(2N - 1): a run whose loss stays there has collapsed.
  package static func collapse(_ pairs: Pairs) -> Double { log(Double(pairs.rows - 1)) }
}
