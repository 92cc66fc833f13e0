import Foundation

/// An axis of a chart: what it measures, and the numbers that it covers at least.
struct ChartAxis: Sendable {
  /// What it measures, with the unit.
  let title: String
  /// The numbers that it covers whatever the data; others extend it.
  let range: ClosedRange<Double>?
  /// Whether equal ratios have equal lengths. Numbers that are not positive have no place then.
  let isLogarithmic: Bool
  /// How its ticks are written; nil for as many decimals as tell them apart.
  let format: NumberFormat?

  init(
    _ title: String, range: ClosedRange<Double>? = nil, isLogarithmic: Bool = false,
    format: NumberFormat? = nil
  ) {
    (self.title, self.range, self.isLogarithmic, self.format) = (title, range, isLogarithmic, format)
  }

  /// An axis of probabilities or rates, from 0 to 1.
  static func fraction(_ title: String) -> ChartAxis { ChartAxis(title, range: 0...1, format: .decimals(1)) }

  /// An axis of whole numbers, such as epochs.
  static func count(_ title: String) -> ChartAxis { ChartAxis(title, format: .count) }

  /// Whether a number has a place on the axis.
  func admits(_ value: Double) -> Bool {
    value.magnitude <= ChartAxis.largest && (!isLogarithmic || value >= 1 / ChartAxis.largest)
  }

  // Beyond it the differences of numbers are not finite.
  private static let largest = 1e100

  /// Returns the scale that covers the given numbers.
  func scale(covering values: some Sequence<Double>) -> ChartScale {
    var (low, high) = (range?.lowerBound ?? .infinity, range?.upperBound ?? -.infinity)
    for value in values where admits(value) { (low, high) = (min(low, value), max(high, value)) }
    if low > high { (low, high) = isLogarithmic ? (0.1, 1) : (0, 1) }
    return isLogarithmic ? logarithmic(low, high) : linear(low, high)
  }

  private func linear(_ low: Double, _ high: Double) -> ChartScale {
    let isWhole = if case .count = format { true } else { false }
    var span = high - low
    // Equal numbers lie in the middle.
    if span <= 1e-9 * max(low.magnitude, high.magnitude) {
      span = max(low.magnitude * 0.2, isWhole ? 2 : 1e-3)
    }
    let middle = (low + high) / 2
    let (low, high) = (min(low, middle - span / 2), max(high, middle + span / 2))
    var step = ChartAxis.nice(span / 5)
    if isWhole { step = max(1, step.rounded()) }
    var first = (low / step + 1e-9).rounded(.down)
    var last = (high / step - 1e-9).rounded(.up)
    // Whole numbers begin and end where the data do.
    if isWhole { (first, last) = ((low / step).rounded(.up), (high / step).rounded(.down)) }
    let ticks = stride(from: first, through: max(first, last), by: 1).prefix(20).map { $0 * step }
    let bounds =
      isWhole ? (low, high) : (min(ticks.first ?? low, low), max(ticks.last ?? high, high))
    let decimals = max(0, Int(-log10(step * 1.0001).rounded(.down)))
    let own: NumberFormat = decimals > 5 || step >= 1e6 ? .digits(3) : .decimals(decimals)
    return ChartScale(
      low: bounds.0, high: max(bounds.1, bounds.0 + span * 1e-9), ticks: ticks,
      labels: ticks.map { (format ?? own)($0) }, isLogarithmic: false)
  }

  private func logarithmic(_ low: Double, _ high: Double) -> ChartScale {
    let first = (log10(low) + 1e-9).rounded(.down)
    let last = max(first + 1, (log10(high) - 1e-9).rounded(.up))
    let step = max(1, ((last - first) / 6).rounded(.up))
    let ticks = stride(from: first, through: last, by: step).flatMap { decade in
      (last - first < 3 && decade < last ? [1, 2, 5] : [1]).map { $0 * pow(10, decade) }
    }
    return ChartScale(
      low: pow(10, first), high: pow(10, last), ticks: ticks,
      labels: ticks.map { (format ?? .digits(3))($0) }, isLogarithmic: true)
  }

  /// Returns the number 1, 2 or 5 times a power of ten next above a positive one.
  private static func nice(_ step: Double) -> Double {
    let power = pow(10, log10(step).rounded(.down))
    return [1, 2, 5].first { $0 * power >= step * 0.9999 }.map { $0 * power } ?? 10 * power
  }
}

/// The numbers that an axis shows, with its ticks.
struct ChartScale: Sendable {
  let low: Double
  let high: Double
  let ticks: [Double]
  let labels: [String]
  let isLogarithmic: Bool

  /// Returns the place of a number: 0 at the lower end and 1 at the upper one.
  func fraction(of value: Double) -> Double {
    isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
  }
}
