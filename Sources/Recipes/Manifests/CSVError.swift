/// Why a file is no table that can be read.
public enum CSVError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is nothing in the file.
  case empty(file: String)
  /// There are the names of the columns and nothing else.
  case noRows(file: String)
  /// The header is not text in UTF-8.
  case notText(file: String, row: Int, column: Int)
  /// A quote is opened and never closed.
  case openQuote(file: String, row: Int, column: Int)
  /// There is no column of that name.
  case missingColumn(file: String, column: String, header: [String])
  /// Two columns have the same name.
  case doubledColumn(file: String, column: String)

  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .empty(let file):
      return "\(file) is empty: it should begin with the names of its columns; write it again."
    case .noRows(let file):
      return "\(file) has the names of its columns but no rows: write a row for every photograph."
    case .notText(let file, let row, let column):
      return "\(file) is not text in UTF-8 (row \(row), column \(column)): save it as CSV in UTF-8."
    case .openQuote(let file, let row, let column):
      return "\(file) ends within quotes opened in row \(row), column \(column): close them, or double a "
        + "quote that is part of the text."
    case .missingColumn(let file, let column, let header):
      let names = header.map { "\"\($0)\"" }.joined(separator: ", ")
      let closest = CSVError.closest(to: column, in: header)
      let hint = closest.map { "if \"\($0)\" is meant, rename it" } ?? "add it"
      return "\(file) has no column \"\(column)\" but \(names): \(hint)."
    case .doubledColumn(let file, let column):
      return "\(file) has more than one column \"\(column)\": rename or delete the others."
    }
  }

  // The name with the fewest letters to change, if not all would have to be.
  private static func closest(to name: String, in header: [String]) -> String? {
    let distances = header.map { (name: $0, distance: distance(from: $0.lowercased(), to: name)) }
    let nearest = distances.min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance * 2 <= name.count + 1 ? $0.name : nil }
  }

  // Levenshtein's distance.
  private static func distance(from text: String, to name: String) -> Int {
    let name = Array(name)
    var row = Array(0...name.count)
    for (line, letter) in text.prefix(100).enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in name.indices {
        let above = row[column + 1]
        row[column + 1] = min(above + 1, row[column] + 1, diagonal + (name[column] == letter ? 0 : 1))
        diagonal = above
      }
    }
    return row[name.count]
  }
}
