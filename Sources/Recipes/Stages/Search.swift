/// The learning rates and weight decays that a classifier is trained with in turn; the best on validation is
/// kept.
///
/// The first repetition of a stage searches, and the others take what it chose. What was tried is kept beside
/// the stage's weights, and not tried again.
public struct Search: StageComponent {
  /// The learning rates.
  public let learningRates: [Double]
  /// The weight decays tried with each; that of the optimizer if there are none.
  public let weightDecays: [Double]
  /// What is best on validation.
  public let metric: MetricKind

  /// Every learning rate with every weight decay.
  public init(learningRates: [Double], weightDecays: [Double] = [], by metric: MetricKind = .balanced) {
    self.learningRates = learningRates
    self.weightDecays = weightDecays
    self.metric = metric
  }

  /// The grid of Azizi et al. 2021: seven rates from 10^-3.5 to 10^-0.5, and decays from 1e-5 to 1e-3 and
  /// none.
  public static let paper = Search(
    learningRates: [3.16e-4, 1e-3, 3.16e-3, 1e-2, 3.16e-2, 1e-1, 3.16e-1],
    weightDecays: [0, 1e-5, 1e-4, 1e-3])

  public var problems: [SettingProblem] {
    Check.that(!learningRates.isEmpty, "learningRates", learningRates, mustBe: "at least one number")
    for rate in learningRates { Check.number("learningRates", rate, above: 0) }
    for decay in weightDecays { Check.number("weightDecays", decay, atLeast: 0) }
    for (setting, numbers) in [("learningRates", learningRates), ("weightDecays", weightDecays)] {
      Check.that(
        Set(numbers).count == numbers.count, setting, numbers, mustBe: "numbers that differ from each other")
    }
  }

  public var summary: String {
    let decays = weightDecays.isEmpty ? "" : "weightDecays: \(weightDecays), "
    return "Search(learningRates: \(learningRates), \(decays)by: \(metric))"
  }

  /// One setting of the grid.
  public struct Point: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The learning rate.
    public let learningRate: Double
    /// The weight decay; `nil` for that of the optimizer.
    public let weightDecay: Double?

    /// `rate 0.003, decay 0.0001`.
    public var description: String {
      "rate \(learningRate)" + (weightDecay.map { ", decay \($0)" } ?? "")
    }
  }

  /// The settings in the order in which they are tried.
  var points: [Point] {
    learningRates.flatMap { rate in
      weightDecays.isEmpty
        ? [Point(learningRate: rate, weightDecay: nil)]
        : weightDecays.map { Point(learningRate: rate, weightDecay: $0) }
    }
  }
}
