import Foundation

extension ManifestRows {
  /// Reads HAM10000's metadata.
  init(ham10000 table: CSV) throws(CSVError) {
    self.init(format: .ham10000)
    (patientColumn, labelColumn) = ("lesion_id", "dx")
    let columns = [try table.column("image_id"), try table.column("lesion_id"), try table.column("dx")]
    var finder = PhotographFinder(in: URL(filePath: table.file).deletingLastPathComponent().path)
    read(table, columns) { rows, line, texts, attributes in
      rows.count += 1
      let found = texts[0].isEmpty ? .nothing : finder.photograph(texts[0])
      // Its ids have no extension, and its photographs are in folders next to the table, so that needs no
      // note.
      let file = if case .elsewhere(let path) = found { PhotographFinder.Result.file(path) } else { found }
      rows.entries.append(
        Entry(
          row: line, column: "image_id", image: texts[0], file: file, patient: texts[1], label: texts[2],
          attributes: attributes))
    }
  }
}
