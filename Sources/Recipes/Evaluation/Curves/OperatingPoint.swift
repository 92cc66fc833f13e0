import Foundation

/// A threshold for one class against the rest, chosen on validation for a wanted sensitivity or specificity,
/// and what it does on test.
///
///     let point = OperatingPoint(
///       of: melanoma, reaching: .sensitivity(0.95), on: validation, test: test, bootstrap: bootstrap)
public struct OperatingPoint: Sendable, Equatable {
  /// What the threshold must reach on validation.
  public enum Target: Sendable, Equatable {
    /// The highest threshold with at least this sensitivity.
    case sensitivity(Double)
    /// The lowest threshold with at least this specificity.
    case specificity(Double)
  }

  /// The rates of a threshold, as a value of `Number`.
  public struct Rates<Number: Sendable & Equatable>: Sendable, Equatable {
    /// The fraction of the class that is positive.
    public let sensitivity: Number
    /// The fraction of the rest that is negative.
    public let specificity: Number
    /// The fraction of positive samples that are of the class (PPV).
    public let positivePredictiveValue: Number
    /// The fraction of negative samples that are of the rest (NPV).
    public let negativePredictiveValue: Number
  }

  /// What was asked for.
  public let target: Target
  /// The threshold: a sample with a score of at least it is positive. Infinity if no sample may be positive.
  public let threshold: Double
  /// The rates on validation; NaN if undefined.
  public let validation: Rates<Double>
  /// The rates on test, with 95 % intervals from resampling patients.
  public let test: Rates<Interval>

  /// Chooses the threshold among the scores of validation and applies it to test.
  ///
  /// The result is nil if validation lacks the class or the rest, or a score of NaN would have to be
  /// positive.
  /// Samples with equal scores are on one side of the threshold, so the rate on validation may be more than
  /// was asked for.
  ///
  /// - Parameters:
  ///   - candidate: The index of the class that is told from the rest.
  ///   - target: What was asked for.
  ///   - validation: The rates on validation; NaN if undefined.
  ///   - test: The rates on test, with 95 % intervals from resampling patients.
  ///   - bootstrap: The resamples for the intervals.
  public init?(
    of candidate: Int, reaching target: Target, on validation: Predictions, test: Predictions,
    bootstrap: Bootstrap
  ) {
    guard let curve = ROCCurve(of: validation, class: candidate), candidate < test.classes else { return nil }
    let points = curve.points  // in descending order of threshold
    let chosen: ROCCurve.Point?
    switch target {
    case .sensitivity(let wanted): chosen = points.first { $0.sensitivity >= wanted }
    case .specificity(let wanted): chosen = points.last { $0.falsePositiveRate <= 1 - wanted + 1e-12 }
    }
    guard let threshold = chosen?.threshold, threshold > -.infinity else { return nil }
    self.target = target
    self.threshold = threshold
    self.validation = OperatingPoint.rates(of: candidate, threshold, on: validation) { $0.value ?? .nan }
    self.test = OperatingPoint.rates(of: candidate, threshold, on: test) {
      bootstrap.interval(of: $0, patients: test.patients)
    }
  }

  /// The choice in a sentence: what was asked for, and what became of it on validation.
  public var summary: String {
    let (name, wanted, reached) =
      switch target {
      case .sensitivity(let wanted): ("sensitivity", wanted, validation.sensitivity)
      case .specificity(let wanted): ("specificity", wanted, validation.specificity)
      }
    let goal = "a \(name) of \(OperatingPoint.percent(wanted)) on validation"
    if threshold == .infinity {
      return "Only with no photograph positive is there \(goal)."
    }
    let more = reached > wanted ? ", which is \(OperatingPoint.percent(reached)) with this threshold" : ""
    return "The threshold is chosen for \(goal)\(more)."
  }

  private static func percent(_ rate: Double) -> String { String(format: "%.1f %%", 100 * rate) }

  private static func rates<Number>(
    of candidate: Int, _ threshold: Double, on predictions: Predictions, _ number: (any Metric) -> Number
  ) -> Rates<Number> {
    let isPositive = (0..<predictions.count).map { predictions.threshold($0, candidate) >= threshold }
    let isOfClass = predictions.labels.map { $0 == candidate }
    func rate(_ hits: [Bool], among whole: [Bool]) -> Number {
      number(
        SampleMean(hits.map { $0 ? 1 : 0 }, weights: whole.map { $0 ? 1 : 0 }))
    }
    let (isNegative, isOfRest) = (isPositive.map { !$0 }, isOfClass.map { !$0 })
    return Rates(
      sensitivity: rate(isPositive, among: isOfClass), specificity: rate(isNegative, among: isOfRest),
      positivePredictiveValue: rate(isOfClass, among: isPositive),
      negativePredictiveValue: rate(isOfRest, among: isNegative))
  }
}
