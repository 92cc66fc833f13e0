/// The shape of a table's rows, to detect rows swallowed by a quote: the number of fields of the header, and
/// an image's name in the column where other rows have one.
struct RowShape {
  /// The number of fields.
  let fields: Int
  private let separator: UInt8
  private let pictureColumn: Int?

  /// Determines the shape of the rows after a header.
  init(fields: Int, separator: UInt8, in rows: ArraySlice<UInt8>) {
    self.fields = fields
    self.separator = separator
    var pictures = [Int](repeating: 0, count: fields)
    var rest = rows
    for _ in 0..<100 where !rest.isEmpty {
      let line = rest.prefix { !RowShape.isLineEnd($0) }
      rest = rest.dropFirst(line.count).drop(while: RowShape.isLineEnd)
      let texts = RowShape.cut(line, separator)
      if texts.count != fields { continue }
      for (column, text) in texts.enumerated() where RowShape.isPicture(text) { pictures[column] += 1 }
    }
    let most = pictures.max() ?? 0
    pictureColumn = most > 0 ? pictures.firstIndex(of: most) : nil
  }

  /// Returns whether a line after the first of a quoted field, up to its last, looks like a row.
  func hasRow(in bytes: [UInt8], from start: Int, to end: Int) -> Bool {
    canTell && continuations(in: bytes, from: start, to: end).contains(where: isRow)
  }

  /// Returns whether the quote that closes a multi-line field belongs to another row: the field ends on a
  /// line that looks like a row, and either its own row is complete on its first line, or there are rows in
  /// between.
  ///
  /// - Parameters:
  ///   - start: The offset of the opening quote.
  ///   - end: The offset after the closing quote.
  ///   - count: The number of fields before it in its row.
  func isClosedInAnotherRow(in bytes: [UInt8], from start: Int, to end: Int, after count: Int) -> Bool {
    guard canTell else { return false }
    let lines = continuations(in: bytes, from: start, to: end)
    guard let last = lines.last, isRow(last) else { return false }
    let rest = bytes[start...].prefix { !RowShape.isLineEnd($0) }
    return count + RowShape.cut(rest, separator).count >= fields || lines.dropLast().contains(where: isRow)
  }

  // With two columns and no image names, nearly every text with a separator looks like a row.
  private var canTell: Bool { fields > (pictureColumn == nil ? 2 : 1) }

  private func isRow(_ line: ArraySlice<UInt8>) -> Bool {
    let texts = RowShape.cut(line, separator)
    guard let pictureColumn else { return texts.count == fields }
    // Separators within the row's own quotes shift the columns after them.
    let places = [pictureColumn, texts.count - fields + pictureColumn]
    return texts.count >= fields && places.contains { RowShape.isPicture(texts[$0]) }
  }

  // The lines after the one of `start`; the last is complete although the field ends within it.
  private func continuations(in bytes: [UInt8], from start: Int, to end: Int) -> [ArraySlice<UInt8>] {
    let rest = bytes[end...].prefix { !RowShape.isLineEnd($0) }
    return Array(bytes[start..<rest.endIndex].split(whereSeparator: RowShape.isLineEnd).dropFirst())
  }

  private static func cut(_ line: ArraySlice<UInt8>, _ separator: UInt8) -> [ArraySlice<UInt8>] {
    line.split(separator: separator, omittingEmptySubsequences: false)
  }

  private static func isPicture(_ text: ArraySlice<UInt8>) -> Bool {
    let name = text.filter { $0 != .quote && $0 != .space }
    return Image.isPicture(named: String(decoding: name, as: UTF8.self))
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == .lineFeed || byte == .carriageReturn }
}
