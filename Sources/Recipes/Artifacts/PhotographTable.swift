import Foundation

/// The photographs of a run, as `photographs.csv` has them: patient, split, label and the other columns of
/// the manifest, by which results are divided into subgroups.
public struct PhotographTable: Sendable, Equatable {
  /// One photograph.
  public struct Row: Sendable, Equatable {
    public let photograph: String
    public let patient: String
    public let split: Split
    /// The name of the class; nil if unlabelled.
    public let label: String?
    /// The other columns, those in which there is something.
    public let attributes: [String: String]
  }

  public let rows: [Row]
  /// The names of the other columns, sorted.
  public let attributes: [String]

  private static let columns = ["photograph", "patient", "split", "label"]

  /// The photographs of a dataset.
  ///
  /// - Parameter dataset: The photographs.
  public init(of dataset: Dataset) {
    rows = zip(dataset.photographs, dataset.splits).map { photograph, split in
      Row(
        photograph: photograph.id, patient: photograph.patient, split: split,
        label: photograph.label.map { dataset.classes[$0] }, attributes: photograph.attributes)
    }
    attributes = dataset.columns
  }

  /// The table as comma-separated values. A column of the manifest is named `column:NAME`, as it might have
  /// the name of another one.
  public var table: String {
    let header = PhotographTable.columns + attributes.map { "column:\($0)" }
    return CSV.text(
      of: [header]
        + rows.map { row in
          [row.photograph, row.patient, row.split.rawValue, row.label ?? ""]
            + attributes.map { row.attributes[$0] ?? "" }
        })
  }

  /// Reads a table that ``table`` wrote.
  ///
  /// - Parameter file: The file to read.
  /// - Throws: `FileError` or `CSVError` if it cannot be read or is another table.
  public init(contentsOf file: URL) throws {
    let table = try CSV(file: file)
    let header = table.header
    guard Array(header.prefix(4)) == PhotographTable.columns else {
      throw FileError.unreadable(file: file.path, reason: "it has not the columns of a table of photographs")
    }
    let attributes = header[4...].map { String($0.hasPrefix("column:") ? $0.dropFirst(7) : $0[...]) }
    var rows: [Row] = []
    let wrong = table.firstRefusal { _, fields in
      guard let split = Split(rawValue: fields[2]) else { return false }
      let others = zip(attributes, fields[4...]).filter { !$1.isEmpty }
      rows.append(
        Row(
          photograph: fields[0], patient: fields[1], split: split, label: fields[3].isEmpty ? nil : fields[3],
          attributes: Dictionary(others) { first, _ in first }))
      return true
    }
    if let wrong {
      throw FileError.unreadable(file: file.path, reason: "line \(wrong) is not the row of a photograph")
    }
    (self.rows, self.attributes) = (rows, attributes)
  }
}
