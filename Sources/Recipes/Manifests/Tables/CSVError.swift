/// An error for a file that is not a readable table.
public enum CSVError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is empty.
  case empty(file: String)
  /// There is only a header.
  case noRows(file: String)
  /// The file is not text, or its encoding cannot be detected.
  case notText(file: String, row: Int)
  /// The file has another format.
  case otherKind(file: String, kind: String)
  /// A quote in the header is not closed, or not before text follows.
  case brokenQuote(file: String, row: Int, column: Int)
  /// There is no column of that name.
  case missingColumn(file: String, column: String, header: [String])
  /// Two columns have the same name.
  case doubledColumn(file: String, column: String)
  /// There is no column of that name, but several candidates.
  case ambiguousColumn(file: String, column: String, candidates: [String])

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .empty(let file):
      return "\(file) is empty: it should begin with the names of its columns; write it again."
    case .noRows(let file):
      return "\(file) has the names of its columns but no rows: write a row for every photograph."
    case .notText(let file, let row):
      return "\(file) is not text in UTF-8 (row \(row)), and no other encoding fits: save it as CSV in UTF-8."
    case .otherKind(let file, let kind):
      return "\(file) is no table of text but \(kind): save it as CSV in UTF-8."
    case .brokenQuote(let file, let row, let column):
      return
        "\(file) has a broken quote in row \(row), column \(column), among the names of its columns: close it, "
        + "or double a quote that is part of the text."
    case .missingColumn(let file, let column, let header):
      return
        "\(file) has no column \"\(column)\" but \(CSVError.quoted(header)): \(hint(for: column, in: header))."
    case .doubledColumn(let file, let column):
      return "\(file) has more than one column \"\(column)\": rename or delete the others."
    case .ambiguousColumn(let file, let column, let candidates):
      return
        "\(file) has no column \"\(column)\", but \(CSVError.quoted(candidates)) may be meant: rename the right one "
        + "to \"\(column)\"."
    }
  }

  /// The names in quotes, in a row.
  static func quoted(_ names: [String]) -> String {
    names.map { "\"\($0.shortened(to: 40))\"" }.listed(upTo: 20)
  }

  private func hint(for column: String, in header: [String]) -> String {
    if let closest = CSVError.closest(to: column, in: header) {
      return "if \"\(closest)\" is meant, rename it"
    }
    if column == ManifestColumn.patient.name {
      return "add it, with the photograph's own name where nobody knows whom it shows"
    }
    return "add it"
  }

  /// The name with the fewest letters to change, if not all would have to be.
  static func closest(to name: String, in header: [String]) -> String? {
    let distances = header.map { (name: $0, distance: distance(from: $0.lowercased(), to: name)) }
    let nearest = distances.min { $0.distance < $1.distance }
    return nearest.flatMap { $0.distance * 2 <= name.count + 1 ? $0.name : nil }
  }

  // Returns the Levenshtein distance.
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
