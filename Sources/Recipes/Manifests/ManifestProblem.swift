/// A problem with one row of a manifest.
public struct ManifestProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line on which the row begins, starting at 1; nil for a file of a folder.
  public let row: Int?
  /// The name of the column, if the problem has one.
  public let column: String?
  /// The kind of problem.
  public let fault: Fault

  /// A kind of problem with a row.
  public enum Fault: Error, Equatable, Sendable {
    /// The row has a different number of fields than the header.
    case fields(found: Int, expected: Int)
    /// The field contains a NUL byte.
    case nulByte
    /// There is text after the field's closing quote.
    case textAfterQuote
    /// The field's quote is never closed.
    case openQuote
    /// The field's opening quote is closed on a later line, by the quote of another row.
    case swallowedRows(to: Int)
    /// The quoted field contains lines that look like rows. The row is kept.
    case rowsInQuotes
    /// The image is missing.
    case noImage
    /// The patient is missing.
    case noPatient
    /// The patient is a number shortened by a spreadsheet, so several patients may have the same one.
    case shortenedNumber(String)
    /// The photograph's file does not exist.
    case missingFile(String)
    /// Several files match.
    case severalFiles(String, candidates: [String])
    /// The photograph's file is a broken link.
    case brokenLink(String)
    /// The path leads to a folder, or to another kind of non-file.
    case notAFile(String)
    /// The file's format is not supported.
    case unknownKind(String)
    /// A folder within the folder of a class.
    case nestedFolder(String)
    /// A folder cannot be listed.
    case closedFolder(String)
    /// An earlier row has the same photograph.
    case duplicateImage(String, first: Int)
    /// A file of a folder is a link to another one of it.
    case duplicateFile(String, first: String)
    /// The label is not one of the given classes.
    case unknownLabel(String, classes: [String])
    /// The label differs from another only in spelling. The row is kept.
    case spelling(String, other: String)
    /// The patient's name differs from another only in spelling. The row is kept.
    case patientSpelling(String, other: String)
    /// The weights of the conditions are not a Python dictionary of numbers.
    case badWeights(String)
    /// The split does not exist.
    case unknownSplit(String)
  }

  init(row: Int?, column: String?, _ fault: Fault) {
    self.row = row
    self.column = column
    self.fault = fault
  }

  /// Whether the row is skipped.
  public var skipsRow: Bool {
    switch fault {
    case .spelling, .patientSpelling, .rowsInQuotes: false
    default: true
    }
  }

  /// A sentence: where, what is wrong, and what to do.
  public var description: String {
    let place = [row.map { "row \($0)" }, column.map { "column \($0.shortened(to: 60))" }].compactMap { $0 }
    return ((place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + fault.sentence).printable
  }
}

extension ManifestProblem.Fault {
  /// A description of several rows with this kind of problem.
  var kind: String {
    switch self {
    case .fields: "rows with too few or too many fields"
    case .nulByte: "fields with a NUL byte"
    case .textAfterQuote: "fields with text after the closing quote"
    case .openQuote: "fields with an open quote"
    case .swallowedRows: "quotes that are closed in another row"
    case .rowsInQuotes: "fields that hold what looks like rows"
    case .noImage: "rows without a photograph"
    case .noPatient: "rows without a patient"
    case .shortenedNumber: "patients with a shortened number"
    case .missingFile: "files that are not there"
    case .severalFiles: "names of several files"
    case .brokenLink: "links that lead nowhere"
    case .notAFile: "paths that are no files"
    case .unknownKind: "files of another kind"
    case .nestedFolder: "folders within a class"
    case .closedFolder: "folders that cannot be listed"
    case .duplicateImage, .duplicateFile: "photographs that are listed twice"
    case .unknownLabel: "labels that are no class"
    case .spelling: "classes in two spellings"
    case .patientSpelling: "patients in two spellings"
    case .badWeights: "weights that cannot be read"
    case .unknownSplit: "splits that do not exist"
    }
  }

  fileprivate var sentence: String {
    func short(_ text: String) -> String { text.shortened(to: 120) }
    return switch self {
    case .fields(let found, let expected):
      "the row has \(found) field\(found == 1 ? "" : "s") where the header has \(expected); put text that holds a "
        + "separator in quotes."
    case .nulByte: "the text holds a NUL byte; the file is damaged, or not a text file."
    case .textAfterQuote: "text follows the closing quote; double a quote that is part of the text."
    case .openQuote: "the quote is never closed; close it, or double a quote that is part of the text."
    case .swallowedRows(let line):
      "the quote is closed only in row \(line), where another row has begun or text follows; close it where its field "
        + "ends, or double a quote that is part of the text."
    case .rowsInQuotes:
      "lines in quotes look like rows of the table; they are read as text of this row. Check that its quotes are "
        + "closed where they should be."
    case .noImage: "no photograph is named; write its path or delete the row."
    case .noPatient: "no patient is named; write whom the photograph shows, or its own name if nobody knows."
    case .shortenedNumber(let text):
      "\(text) is a long number as a spreadsheet shortens it, and others may have become the same; save the "
        + "column as text, with all digits."
    case .missingFile(let path) where path.contains("\\"):
      "there is no file \(short(path)); write folders with / instead of \\, or the file's name alone."
    case .missingFile(let path):
      "there is no file \(short(path)); correct the path, capitals included, or delete the row."
    case .severalFiles(let name, let candidates):
      "\(short(name)) may be \(candidates.map(short).listed(upTo: 3)); write the path of the one that is meant."
    case .brokenLink(let path): "\(short(path)) is a link that leads nowhere; mend it or delete it."
    case .notAFile(let path): "\(short(path)) is no file; write the path of a photograph or delete the row."
    case .unknownKind(let path):
      "\(short(path)) is of no kind that is read (\(Image.formats.joined(separator: ", "))); convert it or move it elsewhere."
    case .nestedFolder(let path):
      "\(short(path)) is a folder within a class; move its photographs to the folder of their class."
    case .closedFolder(let path): "\(short(path)) cannot be listed; check its permissions."
    case .duplicateImage(let path, let first):
      "\(short(path)) is already in row \(first); delete one of the two."
    case .duplicateFile(let path, let first):
      "\(short(path)) is \(short(first)) once more; delete one of the two."
    case .unknownLabel(let label, let classes):
      "\(short(label)) is none of the \(classes.count) classes "
        + "(\(classes.prefix(10).map { $0.shortened(to: 30) }.joined(separator: ", "))"
        + "\(classes.count > 10 ? ", …" : "")); correct it or name it among them."
    case .spelling(let label, let other):
      "\(short(label)) and \(short(other)) are two classes that differ only in \(difference(label, other)); write them "
        + "alike if they are one."
    case .patientSpelling(let patient, let other):
      "\(short(patient)) and \(short(other)) are two patients that differ only in \(difference(patient, other)); write "
        + "them alike if they are one."
    case .badWeights(let text):
      "\"\(text.shortened(to: 60))\" is not a dictionary such as {'Eczema': 0.41}; correct it or leave it empty."
    case .unknownSplit(let split): "\(short(split)) is no split; write train, validation or test, or nothing."
    }
  }

  private func difference(_ text: String, _ other: String) -> String {
    text.lowercased() == other.lowercased() ? "capitals" : "spaces, capitals or zeros"
  }
}
