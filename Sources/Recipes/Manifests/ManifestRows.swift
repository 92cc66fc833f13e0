import Foundation

/// The rows of a manifest in any format, before validation.
struct ManifestRows {
  /// One photograph.
  struct Entry {
    let row: Int?
    /// The column with its name.
    let column: String?
    /// Its name.
    let image: String
    /// The result of the search for the file.
    let file: PhotographFinder.Result
    let patient: String
    let label: String
    var split = ""
    /// The other fields of the row, by column name.
    var attributes: [String: String] = [:]
  }

  let format: ManifestFormat
  /// The names of the columns for reports of problems.
  var patientColumn: String?
  var labelColumn: String?
  var entries: [Entry] = []
  var problems: [ManifestProblem] = []
  /// The number of rows, or of files in a folder.
  var count = 0
  /// The number of rows already skipped.
  var skipped = 0
  var notes: [String] = []
  /// The hash of what is read of the tables for names, patients, labels and splits, or of the names in the
  /// folders.
  var source = ContentHash()

  init(format: ManifestFormat) { self.format = format }

  /// Visits the rows of a table with the text of some columns, and what the others say.
  mutating func read(
    _ table: CSV, _ columns: [Int?], naming suffix: String = "",
    _ visit: (inout ManifestRows, _ line: Int, _ texts: [String], _ attributes: [String: String]) -> Void
  ) {
    if let note = table.note { notes.append(note) }
    var others = OtherColumns(of: table, besides: columns)
    if let note = others.note { notes.append(note) }
    func name(_ column: Int) -> String? {
      column < table.header.count ? table.header[column] + suffix : nil
    }
    let blank = table.forEachRow { row in
      if let flaw = row.flaw {
        giveUp(flaw.line, name(flaw.column), flaw.fault)
        return
      }
      if let line = row.lineOfQuotedRows {
        problems.append(ManifestProblem(row: line, column: nil, .rowsInQuotes))
      }
      if let fault = table.misfit(of: row) {
        giveUp(row.line, nil, fault)
        return
      }
      var texts: [String] = []
      texts.reserveCapacity(columns.count)
      for column in columns {
        do throws(ManifestProblem.Fault) { texts.append(try column.map(row.text) ?? "") } catch {
          giveUp(row.line, column.flatMap(name), error)
          return
        }
      }
      for text in texts { source.combine(text) }
      visit(&self, row.line, texts, others.attributes(of: row))
    }
    if blank > 0 { notes.append("\(blank) row\(blank == 1 ? " is" : "s are") blank and passed over.") }
  }

  private mutating func giveUp(_ row: Int, _ column: String?, _ fault: ManifestProblem.Fault) {
    problems.append(ManifestProblem(row: row, column: column, fault))
    count += 1
    skipped += 1
  }
}

extension ManifestRows {
  /// Reads Loupe's own table, or one with other names for the same columns.
  init(manifest table: CSV) throws(CSVError) {
    self.init(format: .manifest)
    let places = (
      image: try ManifestColumn.image.place(in: table), patient: try ManifestColumn.patient.place(in: table),
      label: try ManifestColumn.label.place(in: table)
    )
    let imageColumn = table.header[places.image]
    (patientColumn, labelColumn) = (table.header[places.patient], table.header[places.label])
    let renamed = [(ManifestColumn.image, imageColumn), (.patient, patientColumn), (.label, labelColumn)]
      .compactMap { own, name in name.flatMap { $0.lowercased() == own.name ? nil : "\($0) as \(own.name)" } }
    if !renamed.isEmpty {
      notes.append("Columns are read under other names: \(renamed.joined(separator: ", ")).")
    }
    let columns = [places.image, places.patient, places.label, try table.column(ifAny: "split")]
    var finder = PhotographFinder(in: URL(filePath: table.file).deletingLastPathComponent().path)
    read(table, columns) { rows, line, texts, attributes in
      rows.count += 1
      rows.entries.append(
        Entry(
          row: line, column: imageColumn, image: texts[0],
          file: texts[0].isEmpty ? .nothing : finder.photograph(texts[0]), patient: texts[1], label: texts[2],
          split: texts[3], attributes: attributes))
    }
  }
}
