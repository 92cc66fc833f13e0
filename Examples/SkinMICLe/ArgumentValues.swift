// Parsing and validation of flag values.
extension Arguments {
  static func count(
    _ flag: String, _ text: String, from least: Int = 1, to most: Int = 100_000
  ) throws(Refusal) -> Int {
    guard isDigits(text), (Int(text) ?? .max) >= least else {
      throw Refusal(description: "\(flag) is a whole number of at least \(least), not \"\(text)\".")
    }
    guard let number = Int(text), number <= most else {
      throw Refusal(description: "\(flag) is at most \(most), not \(text).")
    }
    return number
  }

  static func channels(_ flag: String, _ text: String) throws(Refusal) -> Int {
    let channels = try count(flag, text)
    guard channels == 1 || channels == 3 else {
      throw Refusal(description: "\(flag) is 1 for gray photographs or 3 for colors, not \(text).")
    }
    return channels
  }

  /// Returns a path or a name.
  static func name(_ flag: String, _ text: String) throws(Refusal) -> String {
    if text.allSatisfy(\.isWhitespace) {
      throw Refusal(description: "\(flag) is empty; write what it names.")
    }
    return text
  }

  static func isDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// Parses a decimal number such as `0.1` or `1e-3`, without a sign or spaces, not hexadecimal.
  static func number(_ text: String) -> Double? {
    text.wholeMatch(of: /[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?/) == nil ? nil : Double(text)
  }

  /// The largest width factor of a network.
  static let largestWidth = 8

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ flag: String, _ text: String
  ) throws(Refusal) -> Choice {
    guard let choice = Choice(rawValue: text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(description: "\(flag) knows \(names), not \"\(text)\".")
    }
    return choice
  }
}
