/// Validation of single settings, for the `problems` of a value. Each check returns nil if the setting is
/// valid.
public enum Check {
  /// The largest allowed number of channels, samples or other counts; products of three counts do not
  /// overflow.
  public static let largestCount = 1 << 20

  /// Checks for an integer in a range.
  ///
  /// - Parameters:
  ///   - setting: The name of the setting.
  ///   - value: Its value.
  ///   - least: The smallest value allowed.
  ///   - most: The largest value allowed.
  public static func count(
    _ setting: String, _ value: Int, atLeast least: Int = 1, atMost most: Int = largestCount
  ) -> SettingProblem? {
    if value >= least, value <= most { return nil }
    return SettingProblem(setting, value, mustBe: "a whole number from \(least) to \(most)")
  }

  /// Checks for a finite number in a range, also after rounding to single precision.
  ///
  /// - Parameters:
  ///   - setting: The name of the setting.
  ///   - value: Its value.
  ///   - above: A bound that the value must exceed.
  ///   - least: The smallest value allowed.
  ///   - below: A bound that the value must stay below.
  ///   - most: The largest value allowed.
  public static func number(
    _ setting: String, _ value: Double, above: Double? = nil, atLeast least: Double? = nil,
    below: Double? = nil, atMost most: Double? = nil
  ) -> SettingProblem? {
    func fits(_ number: Double) -> Bool {
      number.isFinite && number > above ?? -.infinity && number >= least ?? -.infinity
        && number < below ?? .infinity && number <= most ?? .infinity
    }
    if fits(value), fits(Double(Float(value))) { return nil }
    let bounds = [
      above.map { "above \(text($0))" }, least.map { "of at least \(text($0))" },
      below.map { "below \(text($0))" }, most.map { "at most \(text($0))" },
    ].compactMap { $0 }
    let range = bounds.isEmpty ? "a finite number" : "a finite number " + bounds.joined(separator: " and ")
    return SettingProblem(
      setting, value, mustBe: range + (fits(value) ? " when it is rounded to single precision" : ""))
  }

  /// Checks for a distribution of finite numbers.
  ///
  /// - Parameters:
  ///   - setting: The name of the setting.
  ///   - value: Its value.
  public static func initializer(_ setting: String, _ value: Initializer) -> SettingProblem? {
    let problem =
      switch value {
      case .constant(let number): Check.number("", number)
      case .normal(let width), .uniform(let width): Check.number("", width, atLeast: 0)
      case .stored: nil as SettingProblem?
      }
    return problem.map { SettingProblem(setting, value, mustBe: "made with \($0.requirement)") }
  }

  /// Checks any other condition.
  ///
  /// - Parameters:
  ///   - works: Whether the value is allowed.
  ///   - setting: The name of the setting.
  ///   - value: Its value.
  ///   - requirement: What it must be, to follow the words `must be`.
  public static func that(
    _ works: Bool, _ setting: String, _ value: some Sendable, mustBe requirement: String
  ) -> SettingProblem? {
    works ? nil : SettingProblem(setting, value, mustBe: requirement)
  }

  // Returns an integral number without its ".0".
  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
