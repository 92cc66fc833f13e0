import Recipes

/// The reading and writing of a flag's values.
struct FlagValue<Value: Sendable>: Sendable {
  /// Reads a text.
  ///
  /// - Throws: `Refusal` with a sentence that begins with the flag.
  let read: @Sendable (_ flag: String, _ text: String) throws(Arguments.Refusal) -> Value
  /// The text that is read as a value.
  let text: @Sendable (Value) -> String
}

extension FlagValue<Int> {
  /// A whole number.
  static func count(from least: Int = 1, to most: Int = 100_000) -> FlagValue {
    FlagValue(
      read: { (flag, text) throws(Arguments.Refusal) in
        guard text.isDigits, (Int(text) ?? .max) >= least else {
          throw Arguments.Refusal(
            description: "\(flag) is a whole number of at least \(least), not \"\(text)\".")
        }
        guard let number = Int(text), number <= most else {
          throw Arguments.Refusal(description: "\(flag) is at most \(most), not \(text).")
        }
        return number
      }, text: { "\($0)" })
  }

  /// The number of color channels.
  static let channels = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      let channels = try count().read(flag, text)
      guard channels == 1 || channels == 3 else {
        throw Arguments.Refusal(
          description: "\(flag) is 1 for gray photographs or 3 for colors, not \(text).")
      }
      return channels
    }, text: { "\($0)" })
}

extension FlagValue<UInt64> {
  /// A seed.
  static let seed = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      guard text.isDigits, let number = UInt64(text) else {
        throw Arguments.Refusal(description: "\(flag) is a whole number of at least 0, not \"\(text)\".")
      }
      return number
    }, text: { "\($0)" })
}

extension FlagValue<Double> {
  /// A learning rate, or a bound of gradients.
  static let rate = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      guard let rate = text.decimal, Check.number("rate", rate, above: 0, atMost: 100) == nil else {
        throw Arguments.Refusal(
          description: "\(flag) is a number above 0 and at most 100, not \"\(text)\".")
      }
      return rate
    }, text: \.shortest)
  /// Gigabits per second.
  static let gigabits = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      guard let speed = text.decimal, speed >= 0.001, speed <= 10_000 else {
        throw Arguments.Refusal(
          description: "\(flag) is a number from 0.001 to 10000, not \"\(text)\".")
      }
      return speed
    }, text: \.shortest)
  /// A cosine distance.
  static let distance = upToOne("is a number")
  /// The share of itself that an average keeps.
  static let decay = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      guard let decay = text.decimal, Check.number("decay", decay, above: 0, below: 1) == nil else {
        throw Arguments.Refusal(description: "\(flag) is a number above 0 and below 1, not \"\(text)\".")
      }
      return decay
    }, text: \.shortest)
  /// The ratio of a number to the next one.
  static let ratio = upToOne("is a number")
  /// A share of a whole.
  static let share = upToOne("lists shares")

  private static func upToOne(_ kind: String) -> FlagValue {
    FlagValue(
      read: { (flag, text) throws(Arguments.Refusal) in
        guard let number = text.decimal, number > 0, number <= 1 else {
          throw Arguments.Refusal(
            description: "\(flag) \(kind) above 0 and at most 1, not \"\(text)\".")
        }
        return number
      }, text: \.shortest)
  }
}

extension FlagValue<String> {
  /// A path or a name.
  static let name = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      if text.allSatisfy(\.isWhitespace) {
        throw Arguments.Refusal(description: "\(flag) is empty; write what it names.")
      }
      return text
    }, text: { $0 })
}

extension FlagValue<Bool> {
  /// Whether a toggle is on.
  static let answer = FlagValue(
    read: { (flag, text) throws(Arguments.Refusal) in
      guard text == "yes" || text == "no" else {
        throw Arguments.Refusal(description: "\(flag) is yes or no, not \"\(text)\".")
      }
      return text == "yes"
    }, text: { $0 ? "yes" : "no" })
}

extension FlagValue where Value: RawRepresentable<String> & CaseIterable {
  /// One of some names.
  static var choice: FlagValue {
    FlagValue(
      read: { (flag, text) throws(Arguments.Refusal) in
        guard let choice = Value(rawValue: text) else {
          let names = Value.allCases.map(\.rawValue)
          let guess = names.closest(to: text).map { " (did you mean \($0)?)" } ?? ""
          throw Arguments.Refusal(
            description: "\(flag) knows \(names.joined(separator: ", ")), not \"\(text)\"\(guess).")
        }
        return choice
      }, text: \.rawValue)
  }
}

extension FlagValue {
  /// The distinct parts between commas.
  static func list<Part: Equatable & Sendable>(_ part: FlagValue<Part>) -> FlagValue where Value == [Part] {
    FlagValue(
      read: { (flag, text) throws(Arguments.Refusal) in
        var parts: [Part] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
          let value = try part.read(flag, String(word))
          if !parts.contains(value) { parts.append(value) }
        }
        return parts
      }, text: { $0.map(part.text).joined(separator: ",") })
  }
}

extension String {
  /// Whether the text is a number of Arabic digits without a sign.
  fileprivate var isDigits: Bool {
    !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// The value of a decimal number such as `0.1` or `1e-3`, without a sign or spaces, not hexadecimal.
  fileprivate var decimal: Double? {
    wholeMatch(of: /[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?/) == nil ? nil : Double(self)
  }
}

extension Double {
  /// The shortest text that is read as this number.
  fileprivate var shortest: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
