/// The least and the largest of the numbers that an augmentation draws from, written as a range: `0.08...1`.
///
/// A `ClosedRange` stops the program where it is written the wrong way around, before anyone can say what is
/// wrong; these bounds are kept as they were written, and the augmentation says it.
public struct Bounds: Hashable, Sendable, CustomStringConvertible {
  /// The least number.
  public let lower: Double
  /// The largest number.
  public let upper: Double

  /// The bounds of a range.
  public init(_ range: ClosedRange<Double>) { self.init(from: range.lowerBound, to: range.upperBound) }

  fileprivate init(from lower: Double, to upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  public var description: String { "\(lower)...\(upper)" }
}

/// The bounds from one number to another, where bounds are asked for.
@_disfavoredOverload
public func ... (lower: Double, upper: Double) -> Bounds { Bounds(from: lower, to: upper) }

extension CounterGenerator {
  /// A number uniform between the bounds.
  mutating func uniform(_ bounds: Bounds) -> Double { uniform(bounds.lower...bounds.upper) }
}

extension Check {
  /// Bounds in the right order, both finite and in a range.
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

  /// A probability.
  static func probability(_ setting: String, _ value: Double) -> SettingProblem? {
    number(setting, value, atLeast: 0, atMost: 1)
  }
}
