/// A grid search over the learning rate and weight decay of a classifier; the best on validation is used.
///
/// The first repetition of a stage searches, and the others reuse its choice. The trials are stored next to
/// the stage's weights and not repeated.
public struct Search: StageComponent {
  /// The learning rates.
  public let learningRates: [Double]
  /// The weight decays tried with each; the optimizer's if empty.
  public let weightDecays: [Double]
  /// The validation metric, of which more must be better.
  public let metric: MetricKind

  /// Creates the grid of every learning rate with every weight decay.
  ///
  /// - Parameters:
  ///   - learningRates: The learning rates.
  ///   - weightDecays: The weight decays tried with each; the optimizer's if empty.
  ///   - metric: The validation metric, of which more must be better.
  public init(learningRates: [Double], weightDecays: [Double] = [], by metric: MetricKind = .balanced) {
    self.learningRates = learningRates
    self.weightDecays = weightDecays
    self.metric = metric
  }

  /// The grid of Azizi et al. 2021: seven learning rates from 10^-3.5 to 10^-0.5, and weight decays from 1e-5
  /// to 1e-3, and none.
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
    metric.selectionProblem
  }

  public var summary: String {
    let decays = weightDecays.isEmpty ? "" : "weightDecays: \(weightDecays), "
    return "Search(learningRates: \(learningRates), \(decays)by: \(metric))"
  }

  /// A point of the grid.
  public struct Point: Codable, Hashable, Sendable, LosslessStringConvertible {
    /// The learning rate.
    public let learningRate: Double
    /// The weight decay; nil for the optimizer's.
    public let weightDecay: Double?

    /// `rate 0.003, decay 0.0001`.
    public var description: String {
      "rate \(learningRate)" + (weightDecay.map { ", decay \($0)" } ?? "")
    }

    /// Reads a description; nil for another text.
    ///
    /// - Parameter description: `rate 0.003, decay 0.0001`.
    public init?(_ description: String) {
      guard let match = description.wholeMatch(of: /rate ([^ ,]+)(?:, decay ([^ ,]+))?/),
        let rate = Double(match.output.1)
      else { return nil }
      let decay = match.output.2.map { Double($0) }
      if case .some(nil) = decay { return nil }
      self.init(learningRate: rate, weightDecay: decay ?? nil)
    }

    init(learningRate: Double, weightDecay: Double?) {
      (self.learningRate, self.weightDecay) = (learningRate, weightDecay)
    }
  }

  /// The points in the order of the trials.
  var points: [Point] {
    learningRates.flatMap { rate in
      weightDecays.isEmpty
        ? [Point(learningRate: rate, weightDecay: nil)]
        : weightDecays.map { Point(learningRate: rate, weightDecay: $0) }
    }
  }
}
