/// The columns of a table other than photograph, patient, label and split.
struct OtherColumns {
  /// Notes for the user about how they are read.
  let note: String?
  private let columns: [(place: Int, name: String)]
  // The distinct texts, so that rows share their storage.
  private var known: Set<String> = []

  /// Returns the columns with unique names, except the given ones.
  init(of table: CSV, besides used: [Int?]) {
    let places = table.header.indices.filter { !table.header[$0].isEmpty && !used.contains($0) }
    let counts = Dictionary(table.header.map { ($0.lowercased(), 1) }, uniquingKeysWith: +)
    let doubled = places.filter { counts[table.header[$0].lowercased()] != 1 }
    let names = doubled.map { table.header[$0].shortened(to: 40) }
    note =
      names.isEmpty
      ? nil : "Columns with the name of another are passed over: \(names.listed(upTo: 5)); rename them."
    columns = places.filter { !doubled.contains($0) }.map { ($0, table.header[$0]) }
  }

  /// Returns the fields of a row by column name, without empty ones.
  mutating func attributes(of row: CSVRow) -> [String: String] {
    var attributes: [String: String] = [:]
    for (place, name) in columns {
      let text = row.anyText(place).tidied
      if !text.isEmpty { attributes[name] = known.insert(text).memberAfterInsert }
    }
    return attributes
  }
}
