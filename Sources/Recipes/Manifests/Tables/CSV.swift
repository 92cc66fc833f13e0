import Foundation

/// A table of text as spreadsheets write it (RFC 4180): quoted fields may contain separators, line breaks and
/// doubled quotes; lines end in LF, CRLF or CR; the separator is the comma, semicolon, tab or bar that is
/// most frequent in the header, or the one declared by a line such as `sep=;` above it; the encoding is
/// UTF-8, UTF-16 or Windows-1252. Empty lines, and lines of separators only, are skipped.
///
/// It is parsed in one pass over the bytes, a row at a time, and only requested fields are converted to text.
package struct CSV: Sendable {
  /// The path of the file.
  package let file: String
  /// The text of the file, in UTF-8.
  package let bytes: [UInt8]
  /// The names of the columns, trimmed.
  package let header: [String]
  /// A note for the user about how it is read.
  let note: String?
  private var scanner: CSVScanner

  /// Opens the table in a file.
  ///
  /// - Parameter mayBeEmpty: Whether a header without rows is a table.
  /// - Throws: `FileError` if the file cannot be read, `MemoryShortage` if it does not fit in memory,
  ///   `CSVError` if it is not a table with a header and rows.
  package init(file url: URL, mayBeEmpty: Bool = false) throws {
    let size = (try? url.resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0
    // Its bytes, and the memory of its rows: photographs with names and paths.
    try SystemMemory.current.require(16 * size, for: "Reading \(url.path)")
    let data: Data
    do { data = try Data(contentsOf: url) } catch {
      throw FileError.unreadable(file: url.path, reason: FileError.reason(of: error))
    }
    try self.init([UInt8](data), file: url.path)
    var (rows, fields) = (scanner, [CSVField]())
    if !mayBeEmpty, rows.next(into: &fields) == nil { throw CSVError.noRows(file: file) }
  }

  init(_ bytes: [UInt8], file: String) throws(CSVError) {
    let text = try TableText(bytes, file: file)
    self.file = file
    self.bytes = text.bytes
    note = text.note
    scanner = CSVScanner(text.bytes)
    var fields: [CSVField] = []
    guard let first = scanner.next(into: &fields) else { throw .empty(file: file) }
    if let flaw = first.flaw { throw .brokenQuote(file: file, row: flaw.line, column: flaw.column + 1) }
    let row = CSVRow(line: first.line, fields: fields, bytes: text.bytes)
    var header: [String] = []
    for column in fields.indices {
      do throws(ManifestProblem.Fault) { header.append(try row.text(column).tidied) } catch {
        throw .notText(file: file, row: first.line)
      }
    }
    self.header = header
    scanner.expect(fields: namedWidth)
  }

  /// Returns the index of the column with that name, in any case.
  ///
  /// - Throws: `CSVError` if there is none or more than one.
  package func column(_ name: String) throws(CSVError) -> Int {
    let places = header.indices.filter { header[$0].lowercased() == name }
    guard places.count < 2 else { throw .doubledColumn(file: file, column: name) }
    guard let place = places.first else { throw .missingColumn(file: file, column: name, header: header) }
    return place
  }

  /// Returns the index of an optional column.
  ///
  /// - Throws: `CSVError` if there are several.
  package func column(ifAny name: String) throws(CSVError) -> Int? {
    hasColumns([name]) ? try column(name) : nil
  }

  /// Returns whether there is a column for each name.
  package func hasColumns(_ names: [String]) -> Bool {
    Set(names).isSubset(of: header.map { $0.lowercased() })
  }

  /// Visits every nonempty row in order, without extra empty fields at its end.
  ///
  /// - Returns: The number of rows with separators only.
  @discardableResult
  package func forEachRow(_ visit: (CSVRow) -> Void) -> Int {
    var scanner = scanner
    var fields: [CSVField] = []
    var blank = 0
    while let row = scanner.next(into: &fields) {
      while fields.count > header.count, let last = fields.last, scanner.isBlank(last) { fields.removeLast() }
      if row.flaw == nil, fields.allSatisfy(scanner.isBlank) {
        blank += 1
      } else {
        visit(
          CSVRow(
            line: row.line, fields: fields, bytes: bytes, flaw: row.flaw,
            lineOfQuotedRows: row.lineOfQuotedRows))
      }
    }
    return blank
  }

  /// Returns the problem with the number of a row's fields. Fields of unnamed columns at the end may be
  /// missing.
  func misfit(of row: CSVRow) -> ManifestProblem.Fault? {
    (namedWidth...max(namedWidth, header.count)).contains(row.count)
      ? nil : .fields(found: row.count, expected: header.count)
  }

  private var namedWidth: Int { (header.lastIndex { !$0.isEmpty } ?? 0) + 1 }
}

/// A row of a table.
package struct CSVRow {
  /// The line on which it begins, starting at 1.
  package let line: Int
  let fields: [CSVField]
  let bytes: [UInt8]
  /// The broken quote that makes it unreadable.
  var flaw: CSVFlaw?
  /// The line of an opening quote whose field spans lines that look like rows.
  var lineOfQuotedRows: Int?

  /// The number of its fields.
  package var count: Int { fields.count }

  /// Returns the text of a field, trimmed; empty if the row has no such field.
  ///
  /// - Throws: A fault if its bytes are not text.
  package func text(_ column: Int) throws(ManifestProblem.Fault) -> String {
    let text = anyText(column)
    if text.utf8.contains(0) { throw .nulByte }
    return text
  }

  /// The same of a field that may hold anything.
  func anyText(_ column: Int) -> String {
    guard column < fields.count else { return "" }
    let field = fields[column]
    var range = field.range
    while let first = range.first, bytes[first] == .space || bytes[first] == .tab { range.removeFirst() }
    while let last = range.last, bytes[last] == .space || bytes[last] == .tab { range.removeLast() }
    let content = bytes[range]
    guard field.hasDoubledQuotes else { return String(decoding: content, as: UTF8.self) }
    var single: [UInt8] = []
    var isSecond = false
    for byte in content {
      isSecond = byte == .quote && !isSecond
      if !isSecond || byte != .quote { single.append(byte) }
    }
    return String(decoding: single, as: UTF8.self)
  }
}

extension CSV {
  /// Reads the rows of a table that ``text(of:)`` wrote, each with its line and texts.
  ///
  /// - Returns: The line of the first row that is broken or that `read` does not take, where it stops; nil if
  ///   there is none.
  func firstRefusal(_ read: (_ line: Int, _ texts: [String]) -> Bool) -> Int? {
    var refused: Int?
    forEachRow { row in
      guard refused == nil else { return }
      guard row.flaw == nil, misfit(of: row) == nil,
        let texts = try? header.indices.map({ CSV.read(field: try row.text($0)) }), read(row.line, texts)
      else { return refused = row.line }
    }
    return refused
  }

  /// Returns rows of texts as comma-separated values, a line each.
  package static func text(of rows: [[String]]) -> String {
    rows.map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }

  /// Returns a field as written to a comma-separated table: quoted if necessary. A text that a spreadsheet
  /// would evaluate, such as `=1+1`, gets an apostrophe before it, which ``read(field:)`` removes.
  package static func field(_ text: String) -> String {
    let text = isFormula(text) ? "'" + text : text
    let isPlain = text.utf8.allSatisfy { byte in
      ![.quote, .comma, .semicolon, .tab, .lineFeed, .carriageReturn].contains(byte)
    }
    let isTrimmed = text.utf8.first != .space && text.utf8.last != .space
    if isPlain && isTrimmed { return text }
    // By code point, as a quote with a combining mark is another character.
    var quoted = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.unicodeScalars {
      quoted.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar])
    }
    quoted.append("\"")
    return String(quoted)
  }

  /// Returns the text that ``field(_:)`` was given, from a field of the table.
  static func read(field text: String) -> String {
    guard text.utf8.first == .apostrophe, isFormula(String(text.dropFirst())) else { return text }
    return String(text.dropFirst())
  }

  // Includes formulas after apostrophes, so that the escape is reversible.
  private static func isFormula(_ text: String) -> Bool {
    let start = text.unicodeScalars.first { $0 != "'" }
    guard let start, "=+-@".unicodeScalars.contains(start) else { return false }
    return Double(text) == nil
  }
}

extension UInt8 {
  fileprivate static let apostrophe = UInt8(ascii: "'")
}
