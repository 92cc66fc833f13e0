/// The range of the numbers that an augmentation draws from: `0.08...1`.
///
/// A `ClosedRange` traps if its bounds are in the wrong order. These bounds are stored unchecked, so that the
/// augmentation can report the problem.
public struct Bounds: Hashable, Sendable, CustomStringConvertible {
  /// The lower bound.
  public let lower: Double
  /// The upper bound.
  public let upper: Double

  /// Creates the bounds of a range.
  ///
  /// - Parameter range: The range, whose bounds are in order.
  public init(_ range: ClosedRange<Double>) { self.init(from: range.lowerBound, to: range.upperBound) }

  fileprivate init(from lower: Double, to upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  public var description: String { "\(lower)...\(upper)" }
}

/// Returns unchecked bounds, where `Bounds` are expected.
///
/// - Parameters:
///   - lower: The lower bound.
///   - upper: The upper bound.
@_disfavoredOverload
public func ... (lower: Double, upper: Double) -> Bounds { Bounds(from: lower, to: upper) }

extension CounterGenerator {
  /// Returns a uniform number between the bounds.
  mutating func uniform(_ bounds: Bounds) -> Double { uniform(bounds.lower...bounds.upper) }
}

extension Check {
  /// Checks that bounds are ordered, finite and in a range.
  static func bounds(
    _ setting: String, _ bounds: Bounds, above: Double? = nil, atLeast least: Double? = nil,
    atMost most: Double? = nil
  ) -> SettingProblem? {
    for value in [bounds.lower, bounds.upper] {
      let problem = number("", value, above: above, atLeast: least, atMost: most)
      if let problem {
        return SettingProblem(setting, bounds, mustBe: "a range whose ends are \(problem.requirement) each")
      }
    }
    return that(
      bounds.lower <= bounds.upper, setting, bounds, mustBe: "a range from the smaller to the larger number")
  }

  /// Checks for a probability.
  static func probability(_ setting: String, _ value: Double) -> SettingProblem? {
    number(setting, value, atLeast: 0, atMost: 1)
  }
}
