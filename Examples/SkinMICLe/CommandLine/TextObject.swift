/// A JSON object whose values are all texts.
///
/// Foundation's reader keeps one of two values with the same name, and does not say in which line a mistake
/// is.
struct TextObject {
  /// The texts by name.
  private(set) var members: [String: String] = [:]

  /// The first mistake in a text.
  struct Mistake: Error, Equatable {
    /// The line, from 1.
    let line: Int
    /// What is wrong and what to do, in a sentence.
    let reason: String
  }

  /// Reads an object.
  init(_ text: String) throws(Mistake) {
    var scanner = Scanner(text)
    try scanner.take("{", "the settings begin with {, not with")
    if scanner.next == "}" {
      scanner.skip()
    } else {
      repeat {
        let name = try scanner.text("a setting begins with its name in quotes")
        try scanner.take(":", "a colon follows the name \"\(name)\", not")
        if let kind = scanner.kindOfOther {
          throw scanner.mistake("\"\(name)\" is \(kind), and every setting is a text; put it in quotes.")
        }
        let value = try scanner.text("a text in quotes follows the name \"\(name)\"")
        guard members.updateValue(value, forKey: name) == nil else {
          throw scanner.mistake("\"\(name)\" is given twice; keep one.")
        }
      } while try scanner.goesOn()
    }
    guard scanner.next == nil else { throw scanner.mistake("nothing follows the last }.") }
  }
}

/// The rest of a JSON text.
private struct Scanner {
  private var rest: Substring.UnicodeScalarView
  private var line = 1

  init(_ text: String) { rest = Substring(text).unicodeScalars }

  func mistake(_ reason: String) -> TextObject.Mistake { .init(line: line, reason: reason) }

  /// The next character that is not a space; nil at the end.
  var next: Unicode.Scalar? { rest.first { !Scanner.isSpace($0) } }

  /// Goes past the next character.
  mutating func skip() {
    while let first = rest.popFirst() {
      if first == "\n" { line += 1 }
      if !Scanner.isSpace(first) { return }
    }
  }

  mutating func take(_ expected: Unicode.Scalar, _ rule: String) throws(TextObject.Mistake) {
    let found = next
    guard found == expected else {
      moveToNext()
      throw mistake("\(rule) \(found.map { "\"\($0)\"" } ?? "the end of the file").")
    }
    skip()
  }

  /// Whether a comma follows, rather than the end of the object.
  mutating func goesOn() throws(TextObject.Mistake) -> Bool {
    moveToNext()
    guard let found = next, found == "," || found == "}" else {
      throw mistake("a comma or } follows a setting.")
    }
    skip()
    return found == ","
  }

  /// What the next value is, if it is no text.
  var kindOfOther: String? {
    switch next {
    case "{": "an object"
    case "[": "a list"
    case "t", "f": "true or false"
    case "n": "null"
    case let digit? where digit == "-" || ("0"..."9").contains(digit): "a number"
    default: nil
    }
  }

  /// Takes a text in quotes.
  mutating func text(_ rule: String) throws(TextObject.Mistake) -> String {
    moveToNext()
    guard next == "\"" else { throw mistake("\(rule).") }
    skip()
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": return String(text)
      case "\\": text.append(try escaped())
      case _ where scalar.value < 0x20: throw mistake("a text ends in the line in which it begins.")
      default: text.append(scalar)
      }
    }
    throw mistake("a text has no closing quotes.")
  }

  private mutating func escaped() throws(TextObject.Mistake) -> Unicode.Scalar {
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
    ]
    let letter = rest.popFirst()
    if let scalar = letter.flatMap({ plain[$0] }) { return scalar }
    guard letter == "u", var value = unit() else { throw mistake("a text has an unknown escape.") }
    if (0xD800..<0xDC00).contains(value), rest.popFirst() == "\\", rest.popFirst() == "u", let low = unit(),
      (0xDC00..<0xE000).contains(low)
    {
      value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw mistake("a text has half of a character.") }
    return scalar
  }

  private mutating func unit() -> UInt32? {
    let digits = String(rest.prefix(4))
    guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit) else { return nil }
    rest.removeFirst(4)
    return UInt32(digits, radix: 16)
  }

  private mutating func moveToNext() {
    while let first = rest.first, Scanner.isSpace(first) {
      if first == "\n" { line += 1 }
      rest.removeFirst()
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t"
  }
}
