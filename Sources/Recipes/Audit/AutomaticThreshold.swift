import Foundation

/// The score below which photographs, or pairs, are likely to have a fault, from the distribution of scores
/// (Gröger et al. 2024, section 3).
///
/// A logistic distribution is fitted to the logits of the scores at two low quantiles, `p` and `√(p / 2)`,
/// where `p` is the assumed contamination, or its square for pairs. The threshold is where it has less than a
/// share `significance · p` of photographs.
enum AutomaticThreshold {
  /// Returns the threshold of scores of photographs; nil if too few scores lie between 0 and 1.
  static func ofPhotographs(_ scores: [Double], _ audit: Audit) -> Double? {
    let scores = scores.sorted().drop { $0 <= 0 }.prefix { $0 < 1 }
    return threshold(
      Array(scores), among: scores.count, contamination: audit.contamination, perPhotograph: 1,
      significance: audit.significance)
  }

  /// Returns the number of closest pairs whose distances the threshold depends on, beside equal photographs.
  static func pairsNeeded(_ pairs: Int, _ audit: Audit) -> Int {
    Int(Double(pairs) * upper(audit.contamination * audit.contamination)) + 2
  }

  /// Returns the threshold of distances of pairs; nil if too few distances lie between 0 and 1, or so many
  /// are 0 that the closest pairs do not tell.
  ///
  /// - Parameters:
  ///   - closest: The distances of the closest pairs, ascending.
  ///   - pairs: The number of all pairs.
  ///   - opposites: The number of pairs at a distance of 1.
  ///   - photographs: The number of photographs.
  static func ofPairs(
    _ closest: [Double], among pairs: Int, opposites: Int, photographs: Int, _ audit: Audit
  ) -> Double? {
    let positive = Array(closest.drop { $0 <= 0 }.prefix { $0 < 1 })
    let equal = closest.prefix { $0 <= 0 }.count
    return threshold(
      positive, among: pairs - equal - opposites,
      contamination: audit.contamination * audit.contamination,
      perPhotograph: Double(photographs) / Double(max(pairs, 1)), significance: audit.significance)
  }

  private static func threshold(
    _ lowest: [Double], among count: Int, contamination: Double, perPhotograph: Double, significance: Double
  ) -> Double? {
    func logit(_ share: Double) -> Double { log(share / (1 - share)) }
    // The linearly interpolated quantile of the logits.
    func quantile(_ share: Double) -> Double? {
      let place = Double(count - 1) * share
      let lower = Int(place)
      guard count > 0, lower < lowest.count, place == Double(lower) || lower + 1 < lowest.count else {
        return nil
      }
      let low = logit(lowest[lower])
      return lower + 1 < lowest.count ? low + (place - Double(lower)) * (logit(lowest[lower + 1]) - low) : low
    }
    let (low, high) = (contamination, upper(contamination))
    guard let x1 = quantile(low), let x2 = quantile(high) else { return nil }
    let (y1, y2) = (logit(low), logit(high))
    let (scale, center) = ((x1 - x2) / (y1 - y2), (y1 * x2 - y2 * x1) / (y1 - y2))
    let cut = logit(significance * low * perPhotograph) * scale + center
    return cut.isFinite ? 1 / (1 + exp(-cut)) : nil
  }

  private static func upper(_ contamination: Double) -> Double { (contamination / 2).squareRoot() }
}
