/// Where a field of a row lies in the bytes of its table.
struct CSVField {
  /// Its content, without the quotes around it.
  var range: Range<Int>
  /// Whether a quote within it is written twice.
  var hasDoubledQuotes = false
  /// Whether something follows its closing quote.
  var isBroken = false
}

extension UInt8 {
  static let quote = UInt8(ascii: "\"")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")
  static let space = UInt8(ascii: " ")
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}

/// Cuts the bytes of a table into rows and fields.
struct CSVScanner {
  private let bytes: [UInt8]
  private let file: String
  private let separator: UInt8
  private var place: Int
  private var line = 1

  /// At the first row, the header.
  ///
  /// - Throws: `CSVError` when the file is in UTF-16.
  init(_ bytes: [UInt8], file: String) throws(CSVError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .notText(file: file, row: 1, column: 1)
    }
    self.bytes = bytes
    self.file = file
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    separator = CSVScanner.separator(of: bytes)
  }

  /// The fields of the next row that has any, and the line it begins on; nil at the end.
  ///
  /// - Throws: `CSVError` when the file ends within quotes.
  mutating func next(into fields: inout [CSVField]) throws(CSVError) -> Int? {
    while place < bytes.count {
      let start = line
      fields.removeAll(keepingCapacity: true)
      repeat { fields.append(try field(number: fields.count + 1)) } while passSeparator()
      passLineEnd()
      if fields.count > 1 || !isBlank(fields[0]) { return start }
    }
    return nil
  }

  // Spaces may stand before and after quotes.
  private mutating func field(number: Int) throws(CSVError) -> CSVField {
    let start = place
    passSpaces()
    guard place < bytes.count, bytes[place] == .quote else {
      passUnquoted()
      return CSVField(range: start..<place)
    }
    let opening = line
    place += 1
    var field = CSVField(range: place..<place)
    while true {
      guard place < bytes.count else { throw .openQuote(file: file, row: opening, column: number) }
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
    let end = place
    passUnquoted()
    field.isBroken = place > end
    return field
  }

  private var isLineEnd: Bool { bytes[place] == .lineFeed || bytes[place] == .carriageReturn }

  private mutating func passUnquoted() {
    while place < bytes.count, bytes[place] != separator, !isLineEnd { place += 1 }
  }

  private mutating func passSpaces() {
    while place < bytes.count, bytes[place] == .space { place += 1 }
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

  private func isBlank(_ field: CSVField) -> Bool {
    bytes[field.range].allSatisfy { $0 == .space || $0 == .tab }
  }

  // What the header has most of outside quotes, its first line that is not empty being the header.
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
    let candidates: [UInt8] = [.comma, .semicolon, .tab]
    return candidates.reduce(.comma) { counts[$1, default: 0] > counts[$0, default: 0] ? $1 : $0 }
  }
}
