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
        "\(file) has no column \"\(column)\" but \(header.quoted): \(hint(for: column, in: header))."
    case .doubledColumn(let file, let column):
      return "\(file) has more than one column \"\(column)\": rename or delete the others."
    case .ambiguousColumn(let file, let column, let candidates):
      return
        "\(file) has no column \"\(column)\", but \(candidates.quoted) may be meant: rename the right one "
        + "to \"\(column)\"."
    }
  }

  private func hint(for column: String, in header: [String]) -> String {
    if let closest = header.closest(to: column) {
      return "if \"\(closest)\" is meant, rename it"
    }
    if column == ManifestColumn.patient.name {
      return "add it, with the photograph's own name where nobody knows whom it shows"
    }
    return "add it"
  }
}
