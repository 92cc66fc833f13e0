import Foundation

/// A flag of the command line: its name, what it takes and means, and how it changes the settings.
struct Flag: Sendable {
  let name: String
  /// The kind of value that follows it, if any.
  let value: String?
  let meaning: String
  let set: @Sendable (inout Arguments, String) -> Void

  /// A flag without a value.
  static func on(
    _ name: String, _ meaning: String, _ set: @escaping @Sendable (inout Arguments) -> Void
  ) -> Flag {
    Flag(name: name, value: nil, meaning: meaning) { arguments, _ in set(&arguments) }
  }

  /// A flag with a text.
  static func text(
    _ name: String, _ value: String, _ meaning: String,
    _ set: @escaping @Sendable (inout Arguments, String) -> Void
  ) -> Flag {
    Flag(name: name, value: value, meaning: meaning, set: set)
  }

  /// A flag with a positive number.
  static func number(
    _ name: String, _ meaning: String, _ set: @escaping @Sendable (inout Arguments, Int) -> Void
  ) -> Flag {
    Flag(name: name, value: "N", meaning: meaning) { arguments, text in
      guard let number = Int(text), number > 0 else {
        Arguments.exit("\(name) is a positive number, not \(text).")
      }
      set(&arguments, number)
    }
  }

  /// A flag with one of some names.
  static func choice<Value: Sendable>(
    _ name: String, _ meaning: String, _ choices: [String: Value],
    _ set: @escaping @Sendable (inout Arguments, Value) -> Void
  ) -> Flag {
    let names = choices.keys.sorted().joined(separator: ", ")
    return Flag(name: name, value: "NAME", meaning: "\(meaning): \(names)") { arguments, text in
      guard let value = choices[text] else { Arguments.exit("\(name) is one of \(names), not \(text).") }
      set(&arguments, value)
    }
  }

  /// The line of the help.
  var line: String {
    let usage = name + (value.map { " \($0)" } ?? "")
    return "  " + usage.padding(toLength: 18, withPad: " ", startingAt: 0) + meaning
  }
}
