import Foundation

/// What a manifest of any format says, before it is known whether it holds together.
struct ManifestRows {
  /// One photograph.
  struct Entry {
    let row: Int?
    /// The column that names it.
    let column: String?
    /// Its name.
    let image: String
    /// The path of its file, if that is there.
    let file: String?
    let patient: String
    let label: String?
    var split = ""
  }

  let format: ManifestFormat
  /// The names of the columns that problems are reported for.
  var patientColumn: String?
  var labelColumn: String?
  var entries: [Entry] = []
  var problems: [ManifestProblem] = []
  /// How many rows, or files of a folder, there are.
  var count = 0
  /// How many of them were given up already.
  var skipped = 0
  var notes: [String] = []
  /// The hash of the tables, or of the names in the folders.
  var source = ContentHash()

  init(format: ManifestFormat) { self.format = format }

  /// Visits the rows of a table with the text of some columns.
  ///
  /// - Throws: `CSVError` when the table ends within quotes.
  mutating func read(
    _ table: CSV, _ columns: [Int?], naming suffix: String = "",
    _ visit: (inout ManifestRows, _ line: Int, _ texts: [String]) -> Void
  ) throws(CSVError) {
    source.combine(table.bytes)
    try table.forEachRow { row in
      if row.count != table.header.count {
        giveUp(row.line, nil, .fields(found: row.count, expected: table.header.count))
        return
      }
      var texts: [String] = []
      texts.reserveCapacity(columns.count)
      for column in columns {
        do throws(ManifestProblem.Fault) { texts.append(try column.map(row.text) ?? "") } catch {
          giveUp(row.line, column.map { table.header[$0] + suffix }, error)
          return
        }
      }
      visit(&self, row.line, texts)
    }
  }

  private mutating func giveUp(_ row: Int, _ column: String?, _ fault: ManifestProblem.Fault) {
    problems.append(ManifestProblem(row: row, column: column, fault))
    count += 1
    skipped += 1
  }
}

extension ManifestRows {
  /// Loupe's own table.
  init(manifest table: CSV) throws(CSVError) {
    self.init(format: .manifest)
    (patientColumn, labelColumn) = ("patient", "label")
    let columns = [
      try table.column("image"), try table.column("patient"), try table.column("label"),
      try table.column(ifAny: "split"),
    ]
    let folder = URL(filePath: table.file).deletingLastPathComponent().path
    var listings = FolderListings()
    try read(table, columns) { rows, line, texts in
      rows.count += 1
      rows.entries.append(
        Entry(
          row: line, column: "image", image: texts[0],
          file: listings.find(FolderListings.path(texts[0], in: folder)), patient: texts[1],
          label: texts[2].isEmpty ? nil : texts[2], split: texts[3]))
    }
  }
}
