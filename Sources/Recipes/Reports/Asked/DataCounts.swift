/// The sizes of the splits and the labelled photographs of each class, as a table with bars.
struct DataCounts {
  private let data: RunRecord.Data
  private let splits: [RunRecord.SplitCount]

  init(_ data: RunRecord.Data) {
    self.data = data
    splits = data.splits.filter { $0.photographs > 0 }
  }

  /// A sentence and the two tables.
  var content: [Markup] {
    let sentence = "Patients are divided, not photographs: all photographs of a patient are in one split. "
    let tests = "Validation is for the choice of settings, test for the scores in this report only."
    let sizes = DataTable(
      "Size of the splits", header: ["Split"] + DataCounts.columns, rows: splits.map(size))
    return [.tag("p", [:], sentence + tests), sizes.markup] + classes
  }

  private static let columns = ["Patients", "Photographs", "Labelled photographs", "Photographs per patient"]

  private func size(_ split: RunRecord.SplitCount) -> [DataTable.Cell] {
    let labelled = split.labelled.reduce(0, &+)
    let each = Double(split.photographs) / Double(split.patients)
    return [
      .text(split.split.rawValue), .number(NumberFormat.count(split.patients)),
      .number(NumberFormat.count(split.photographs)), .number(NumberFormat.count(labelled)),
      .number(NumberFormat.decimals(1)(each)),
    ]
  }

  private var classes: [Markup] {
    guard !data.classes.isEmpty else { return [] }
    let most = Double(splits.flatMap(\.labelled).max() ?? 1)
    let rows = data.classes.enumerated().map { label, name -> [DataTable.Cell] in
      [.text(name.shortened(to: 80))]
        + splits.map { split in
          // A damaged record may have fewer numbers than classes.
          let count = label < split.labelled.count ? split.labelled[label] : 0
          return .bar(NumberFormat.count(count), length: Double(count) / max(most, 1))
        }
    }
    return [
      DataTable(
        "Labelled photographs of each class", header: ["Class"] + splits.map(\.split.rawValue), rows: rows
      ).markup
    ]
  }
}
