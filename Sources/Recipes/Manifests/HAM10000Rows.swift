import Foundation

extension ManifestRows {
  /// HAM10000's metadata.
  init(ham10000 table: CSV) throws(CSVError) {
    self.init(format: .ham10000)
    (patientColumn, labelColumn) = ("lesion_id", "dx")
    let columns = [try table.column("image_id"), try table.column("lesion_id"), try table.column("dx")]
    let folder = URL(filePath: table.file).deletingLastPathComponent().path
    let folderNames = FolderListings.names(in: folder).sorted().filter { !Image.isPicture(named: $0) }
    let folders =
      [folder] + folderNames.map { folder + "/" + $0 }.filter { FolderListings.isFolder($0) }
    var listings = FolderListings()
    try read(table, columns) { rows, line, texts in
      rows.count += 1
      let file = folders.lazy.compactMap { listings.find($0 + "/" + texts[0] + ".jpg") }.first
      rows.entries.append(
        Entry(
          row: line, column: "image_id", image: texts[0], file: file, patient: texts[1],
          label: texts[2].isEmpty ? nil : texts[2]))
    }
  }
}
