import Foundation
import Recipes

/// NT-Xent with negatives weighted by similarity (Robinson et al. 2021, "Contrastive Learning with Hard
/// Negative Samples", with their tau+ of 0).
///
/// For row `i` with partner `p`, of similarities `s` between normalized rows divided by the temperature, and
/// the other `n = 2N - 2` rows `j`: `-log(exp(s[i, p]) / (exp(s[i, p]) + n * sum of w[j] * exp(s[i, j])))`
/// with `w[j] = exp(hardness * s[i, j]) / sum over k of exp(hardness * s[i, k])`; the loss is the mean over
/// all rows. With a hardness of 0 it is ``NTXent``.
struct HardNegatives: ContrastiveLoss {
  /// The divisor of similarities.
  var temperature: Scheduled = 0.5
  /// The emphasis on near negatives.
  var hardness = 1.0

  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor { softplus(margin(z, pairs)).mean() }

  /// By how much the negatives of each row outweigh its partner, as a logarithm, `[2N]`.
  func margin(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let (z, graph) = (z.l2Normalized(), z.graph)
    let similarity = z.similarities(temperature: temperature.tensor("temperature", in: graph))
    let partner = pairs.partnerMask(in: graph)
    let own = pairs.selfMask(in: graph) + partner
    func sum(_ exponents: Tensor) -> Tensor { exponents.leavingOut(own).logSumExp(axes: [1]) }
    let negatives = sum((1 + hardness) * similarity) - sum(hardness * similarity)
    return negatives + log(Double(pairs.rows - 2)) - (partner * similarity).sum(axes: [1])
  }
}

extension HardNegatives {
  @SettingProblemBuilder var problems: [SettingProblem] {
    Check.scheduled("temperature", temperature, above: 0)
    Check.number("hardness", hardness, atLeast: 0)
  }

  func warnings(_ pairs: Pairs, columns: Int) -> [String] {
    let hard =
      "a hardness of \(hardness) leaves each row its nearest few negatives, which may be of its own class; try 1"
    return (hardness > 4 ? [hard] : []) + temperature.temperatureWarnings + pairs.fewNegativesWarnings
  }
}

/// Returns log(1 + e^x), without overflow and with a custom gradient, as the kinks of its two terms at 0
/// cancel.
func softplus(_ x: Tensor) -> Tensor {
  customGradient(for: [x]) { x in
    relu(x[0]) + log(1 + exp(-abs(x[0])))
  } gradient: { upstream, _, x in
    [upstream / (1 + exp(-x[0]))]
  }
}
