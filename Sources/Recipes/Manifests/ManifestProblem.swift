/// Something wrong with one row of a manifest.
public struct ManifestProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line the row begins on, counted from 1 as editors do; nil for a file of a folder.
  public let row: Int?
  /// The name of the column, where it is about one.
  public let column: String?
  /// What is wrong.
  public let fault: Fault

  /// What can be wrong with a row.
  public enum Fault: Error, Equatable, Sendable {
    /// The row has another number of fields than the header.
    case fields(found: Int, expected: Int)
    /// The field's bytes are not text in UTF-8.
    case notUTF8
    /// The field holds a byte of value 0.
    case nulByte
    /// Something follows the closing quote of the field.
    case textAfterQuote
    /// No photograph is named.
    case noImage
    /// No patient is named.
    case noPatient
    /// The photograph's file is not there.
    case missingFile(String)
    /// The file is of a kind that is not read.
    case unknownKind(String)
    /// A folder within the folder of a class.
    case nestedFolder(String)
    /// An earlier row has the same photograph.
    case duplicateImage(String, first: Int)
    /// An earlier row has the same photograph, with another label.
    case twoLabels(String, String, other: String, first: Int)
    /// The label is none of the classes that were named.
    case unknownLabel(String, classes: [String])
    /// The label differs from another only in capitals. The row is kept.
    case spelling(String, other: String)
    /// The weights of the conditions are not a Python dictionary of numbers.
    case badWeights(String)
    /// The split is not one that exists.
    case unknownSplit(String)
  }

  init(row: Int?, column: String?, _ fault: Fault) {
    self.row = row
    self.column = column
    self.fault = fault
  }

  /// Whether the row is left out for it.
  public var skipsRow: Bool {
    if case .spelling = fault { false } else { true }
  }

  /// One sentence: where, what is wrong, and what to do.
  public var description: String {
    let place = [row.map { "row \($0)" }, column.map { "column \($0)" }].compactMap { $0 }
    return (place.isEmpty ? "" : place.joined(separator: ", ") + ": ") + fault.sentence
  }
}

extension ManifestProblem.Fault {
  fileprivate var sentence: String {
    switch self {
    case .fields(let found, let expected):
      "the row has \(found) field\(found == 1 ? "" : "s") where the header has \(expected); put text that holds a "
        + "separator in quotes."
    case .notUTF8: "the text is not in UTF-8; save the file as UTF-8."
    case .nulByte: "the text holds a NUL byte; the file is damaged, or not a text file."
    case .textAfterQuote: "text follows the closing quote; double a quote that is part of the text."
    case .noImage: "no photograph is named; write its path or delete the row."
    case .noPatient: "no patient is named; write whom the photograph shows, or its own name if nobody knows."
    case .missingFile(let path) where path.contains("\\"):
      "there is no file \(path); write folders with / instead of \\."
    case .missingFile(let path):
      "there is no file \(path); correct the path, capitals included, or delete the row."
    case .unknownKind(let path):
      "\(path) is of no kind that is read (JPEG, PNG, PPM, PGM); convert it or move it elsewhere."
    case .nestedFolder(let path):
      "\(path) is a folder within a class; move its photographs to the folder of their class."
    case .duplicateImage(let path, let first): "\(path) is already in row \(first); delete one of the two."
    case .twoLabels(let path, let label, let other, let first):
      "\(path) is labelled \(label), but \(other) in row \(first); keep the row that is right."
    case .unknownLabel(let label, let classes):
      "\(label) is none of the \(classes.count) classes (\(classes.prefix(10).joined(separator: ", "))"
        + "\(classes.count > 10 ? ", …" : "")); correct it or name it among them."
    case .spelling(let label, let other):
      "\(label) and \(other) are two classes that differ only in capitals; write them alike if they are one."
    case .badWeights(let text):
      "\"\(text.prefix(60))\" is not a dictionary such as {'Eczema': 0.41}; correct it or leave it empty."
    case .unknownSplit(let split): "\(split) is no split; write train, validation or test, or nothing."
    }
  }
}
