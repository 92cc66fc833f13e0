import Foundation

/// How a number is written in a report. A minus is the sign and not a hyphen; a number that is not finite is
/// a dash.
enum NumberFormat: Sendable {
  /// A fixed number of decimals, such as `0.731`.
  case decimals(Int)
  /// A fixed number of decimals with its sign, such as `+0.031`.
  case signed(Int)
  /// A fraction as a percentage with a number of decimals, such as `73.1 %`.
  case percent(Int)
  /// A number of significant digits, such as `0.00031` or `3.1e−07`.
  case digits(Int)
  /// A whole number with its thousands set apart, such as `12,345`.
  case count

  /// Returns the text of a number.
  func callAsFunction(_ number: Double) -> String {
    guard number.isFinite else { return "–" }
    let text =
      switch self {
      case .decimals(let decimals): NumberFormat.fixed(number, decimals)
      case .signed(let decimals): (number > 0 ? "+" : "") + NumberFormat.fixed(number, decimals)
      case .percent(let decimals): NumberFormat.fixed(100 * number, decimals) + " %"
      case .digits(let digits): String(format: "%.\(max(1, digits))g", number)
      case .count: NumberFormat.grouped(number)
      }
    return text.replacing("-", with: "−")
  }

  /// Returns the text of a time in seconds, such as `1 h 31 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
    if seconds < 59.95 { return NumberFormat.decimals(seconds < 9.95 ? 1 : 0)(seconds) + " s" }
    let minutes = Int((seconds / 60).rounded())
    return minutes < 60 ? "\(minutes) min" : "\(count(minutes / 60)) h \(minutes % 60) min"
  }

  /// Returns the text of a whole number.
  func callAsFunction(_ number: Int) -> String { self(Double(number)) }

  /// Returns the text of a value with its interval, such as `0.731 [0.702, 0.760]`.
  func callAsFunction(_ interval: Interval) -> String {
    guard interval.value.isFinite else { return "undefined" }
    guard interval.low.isFinite, interval.high.isFinite else { return self(interval.value) }
    return "\(self(interval.value)) [\(self(interval.low)), \(self(interval.high))]"
  }

  private static func fixed(_ number: Double, _ decimals: Int) -> String {
    let text = String(format: "%.\(max(0, decimals))f", number)
    // A negative number that is rounded to zero has no sign.
    return text.hasPrefix("-") && !text.contains(where: { ("1"..."9").contains($0) })
      ? String(text.dropFirst()) : text
  }

  private static func grouped(_ number: Double) -> String {
    let text = fixed(number, 0)
    guard number.magnitude < 1e15 else { return String(format: "%.3g", number) }
    let digits = text.drop { $0 == "-" }
    var groups = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { groups += "," }
      groups.append(digit)
    }
    return (text.hasPrefix("-") ? "-" : "") + groups
  }
}
