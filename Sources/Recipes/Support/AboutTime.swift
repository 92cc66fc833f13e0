/// A duration in words, no more exact than an estimate is.
package enum AboutTime {
  /// Returns the text, such as `40 s`, `14 min` or `3 h 20 min`.
  package static func text(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "years" }
    let whole = Int(max(0, seconds).rounded())
    if whole < 10 { return "\(max(1, whole)) s" }
    if whole < 55 { return "\((whole + 2) / 5 * 5) s" }
    let minutes = (whole + 30) / 60
    if minutes < 60 { return "\(minutes) min" }
    let (hours, rest) = ((minutes + 2) / 60, (minutes + 2) % 60 / 5 * 5)
    if hours < 24 { return "\(hours) h" + (rest > 0 ? " \(rest) min" : "") }
    let (days, others) = ((minutes + 30) / 60 / 24, (minutes + 30) / 60 % 24)
    return "\(days) d" + (others > 0 ? " \(others) h" : "")
  }
}
