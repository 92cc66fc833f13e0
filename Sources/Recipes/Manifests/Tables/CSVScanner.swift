/// The location of a field in the bytes of its table.
struct CSVField {
  /// The content, without enclosing quotes.
  var range: Range<Int>
  /// Whether it contains doubled quotes.
  var hasDoubledQuotes = false
}

/// A broken quote in a row.
struct CSVFlaw {
  /// The line of the opening quote.
  let line: Int
  /// The index of its field in the row.
  let column: Int
  let fault: ManifestProblem.Fault
}

extension UInt8 {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")
  static let bar = UInt8(ascii: "|")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}

/// A scanner that splits the bytes of a table into rows and fields.
///
/// A quote that is not closed, or not before text follows, is an error in its row, and so is one closed only
/// in a later row, which would swallow the rows in between. After such a row the scanner resumes on the line
/// after the opening quote, so that every other row is read.
struct CSVScanner {
  /// One row.
  struct Row {
    /// The line on which it begins, starting at 1.
    let line: Int
    var flaw: CSVFlaw?
    /// The line of an opening quote whose field spans lines that look like rows, if the quote is otherwise
    /// valid.
    var lineOfQuotedRows: Int?
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  private var place: Int
  private var line = 1
  private var shape: RowShape?

  /// Creates a scanner at the header, which a line such as `sep=;` may precede.
  ///
  /// - Parameter bytes: Text in UTF-8, without a byte order mark.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    place = 0
    if let (separator, end) = CSVScanner.declaredSeparator(bytes) {
      self.separator = separator
      place = end
      passLineEnd()
    } else {
      separator = CSVScanner.separator(of: bytes)
    }
  }

  /// Sets the expected number of fields, once the header has been read; rows inside quotes are detected by
  /// it.
  mutating func expect(fields count: Int) {
    shape = RowShape(fields: count, separator: separator, in: bytes[place...])
  }

  /// Reads the next nonempty row and its fields; nil at the end.
  mutating func next(into fields: inout [CSVField]) -> Row? {
    while place < bytes.count {
      var row = Row(line: line)
      var firstLongField: (flaw: CSVFlaw, place: Int)?
      fields.removeAll(keepingCapacity: true)
      repeat {
        let (start, opening) = (place, line)
        let (field, fault) = field(after: fields.count)
        fields.append(field)
        if let fault {
          row.flaw = CSVFlaw(line: opening, column: fields.count - 1, fault: fault)
          goOn(after: start, line: opening)
          return row
        }
        guard line > opening, firstLongField == nil, let shape else { continue }
        if shape.hasRow(in: bytes, from: start, to: place) {
          let flaw = CSVFlaw(line: opening, column: fields.count - 1, fault: .swallowedRows(to: line))
          firstLongField = (flaw, start)
        }
      } while passSeparator()
      if let found = firstLongField, let shape {
        if fields.count < shape.fields {
          row.flaw = found.flaw
          goOn(after: found.place, line: found.flaw.line)
          return row
        }
        row.lineOfQuotedRows = found.flaw.line
      }
      passLineEnd()
      if fields.count > 1 || !isBlank(fields[0]) { return row }
    }
    return nil
  }

  /// Returns whether a field has no visible content.
  func isBlank(_ field: CSVField) -> Bool {
    let content = bytes[field.range]
    return content.allSatisfy { $0 == .space || $0 == .tab }
      || String(decoding: content, as: UTF8.self).tidied.isEmpty
  }

  // Resumes on the line after the opening of a broken quote.
  private mutating func goOn(after start: Int, line opening: Int) {
    place = start
    line = opening
    while place < bytes.count, !isLineEnd { place += 1 }
    passLineEnd()
  }

  // Spaces are allowed before and after quotes.
  private mutating func field(after count: Int) -> (CSVField, ManifestProblem.Fault?) {
    let start = place
    passSpaces()
    guard place < bytes.count, bytes[place] == .quote else {
      passUnquoted()
      return (CSVField(range: start..<place), nil)
    }
    let opening = (place: place, line: line)
    place += 1
    var field = CSVField(range: place..<place)
    while true {
      guard place < bytes.count else { return (field, .openQuote) }
      if bytes[place] == .quote {
        if place + 1 < bytes.count, bytes[place + 1] == .quote {
          field.hasDoubledQuotes = true
          place += 2
          continue
        }
        break
      }
      if isLineEnd { passLineEnd() } else { place += 1 }
    }
    field.range = field.range.lowerBound..<place
    place += 1
    passSpaces()
    guard place == bytes.count || bytes[place] == separator || isLineEnd else {
      return (field, line > opening.line ? .swallowedRows(to: line) : .textAfterQuote)
    }
    if line > opening.line, let shape,
      shape.isClosedInAnotherRow(in: bytes, from: opening.place, to: place, after: count)
    {
      return (field, .swallowedRows(to: line))
    }
    return (field, nil)
  }

  private var isLineEnd: Bool { bytes[place] == .lineFeed || bytes[place] == .carriageReturn }

  private mutating func passUnquoted() {
    while place < bytes.count, bytes[place] != separator, !isLineEnd { place += 1 }
  }

  private mutating func passSpaces() {
    while place < bytes.count, bytes[place] == .space || bytes[place] == .tab, bytes[place] != separator {
      place += 1
    }
  }

  private mutating func passSeparator() -> Bool {
    guard place < bytes.count, bytes[place] == separator else { return false }
    place += 1
    return true
  }

  private mutating func passLineEnd() {
    guard place < bytes.count else { return }
    let isReturn = bytes[place] == .carriageReturn
    place += 1
    if isReturn, place < bytes.count, bytes[place] == .lineFeed { place += 1 }
    line += 1
  }

  // Returns the separator declared by `sep=;` in the first line, as for spreadsheets, and the end of that
  // line.
  private static func declaredSeparator(_ bytes: [UInt8]) -> (separator: UInt8, end: Int)? {
    let line = bytes.prefix { $0 != .lineFeed && $0 != .carriageReturn }
    let text = line.filter { $0 != .quote }
    let word = text.prefix(4).map { $0 | 0x20 }
    guard word == Array("sep=".utf8).map({ $0 | 0x20 }), text.count >= 5, text[4] < 0x80,
      text.dropFirst(5).allSatisfy({ $0 == text[4] || $0 == .space })
    else { return nil }
    return (text[4], line.count)
  }

  // Returns the most frequent separator outside quotes in the header, the first nonempty line.
  private static func separator(of bytes: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    var hasText = false
    for byte in bytes {
      if byte == .quote { isQuoted.toggle() }
      if hasText, !isQuoted, byte == .lineFeed || byte == .carriageReturn { break }
      if byte > .space { hasText = true }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    let candidates: [UInt8] = [.comma, .semicolon, .tab, .bar]
    return candidates.reduce(.comma) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
  }
}
