import Foundation

/// A format of datasets: how photographs, patients and labels are listed.
public enum ManifestFormat: String, Sendable, CaseIterable {
  /// A table with the columns `image` (a path from the table's folder), `patient`, `label` (empty where
  /// nobody has labelled it) and, if the splits are given, `split` (train, validation or test, or empty).
  /// Other columns become the photographs' ``Photograph/attributes``. Where one of the first three is not
  /// there, one that is named as in common data sets takes its place, such as `img_id`, `patient_id` and
  /// `diagnostic`, and a photograph may be named without its folder or its ending.
  case manifest
  /// A folder with one subfolder per class, or with the folders `train`, `validation` and `test` that contain
  /// these. Photographs outside of classes, or in a folder named `unlabelled`, have no label; each is its own
  /// patient.
  case folders
  /// HAM10000's metadata (Tschandl et al. 2018): `lesion_id`, `image_id` and `dx`. The photographs, named as
  /// `image_id`, lie beside the file or in folders beside it; those of a lesion belong together. The other
  /// columns are their attributes.
  case ham10000
  /// The tables of the Skin Condition Image Network (Ward et al. 2024), `scin_cases.csv` with `case_id` and
  /// `image_1_path` to `image_3_path`, and beside it `scin_labels.csv` with `case_id` and
  /// `weighted_skin_condition_label`. The photographs of a case belong together; its label is the condition
  /// of greatest weight, the first named if there are several. Paths, which begin with `dataset/images/`,
  /// count from the folder of the tables or the one above it. The other columns of both tables are
  /// attributes; of one that both have, that of the cases.
  case scin

  /// The possible names of its table in a folder.
  var fileNames: [String] {
    switch self {
    case .manifest: ["manifest.csv"]
    case .folders: []
    case .ham10000: ["HAM10000_metadata.csv", "HAM10000_metadata"]
    case .scin: ["scin_cases.csv", "dataset/scin_cases.csv"]
    }
  }

  /// Returns whether a table has the columns of the format.
  fileprivate func describes(_ table: CSV) -> Bool {
    switch self {
    case .manifest:
      [ManifestColumn.image, .patient, .label].allSatisfy { column in (try? column.place(in: table)) != nil }
    case .folders: false
    case .ham10000: table.hasColumns(["lesion_id", "image_id", "dx"])
    case .scin: table.hasColumns(["case_id", "image_1_path", "image_2_path", "image_3_path"])
    }
  }

  /// Returns the format of a table, by its columns: formats with specific columns take precedence over the
  /// general one.
  fileprivate static func recognized(_ table: CSV) -> ManifestFormat? {
    [ham10000, scin, manifest].first { $0.describes(table) }
  }
}

extension ManifestRows {
  /// Reads a file or folder in the given format, or detects it: a folder by the table in it, a table by its
  /// columns. A folder without a table has subfolders for classes.
  init(_ location: URL, format: ManifestFormat?) throws {
    guard FileStatus(of: location.path)?.isFolder == true else {
      if format == .folders {
        throw ManifestError.notFound(location.path, wanted: "a folder with a folder for each class")
      }
      let table = try CSV(file: location)
      try self.init(table, format ?? ManifestFormat.recognized(table) ?? .manifest)
      return
    }
    if format == .folders {
      try self.init(folders: location, isGiven: true)
      return
    }
    for format in format.map({ [$0] }) ?? ManifestFormat.allCases {
      for name in format.fileNames {
        let file = location.appending(path: name)
        if FileManager.default.fileExists(atPath: file.path) {
          try self.init(CSV(file: file), format)
          return
        }
      }
    }
    if let (table, found) = try ManifestRows.table(in: location, format) {
      try self.init(table, found)
      notes.insert("\(URL(filePath: table.file).lastPathComponent) in it is read.", at: 0)
      return
    }
    if let format {
      let names = format.fileNames.joined(separator: " or ")
      throw ManifestError.notFound(location.path, wanted: "a folder with \(names)")
    }
    try self.init(folders: location, isGiven: false)
  }

  // Returns the only table in a folder with the columns of a format.
  private static func table(in folder: URL, _ format: ManifestFormat?) throws -> (CSV, ManifestFormat)? {
    var found: [(CSV, ManifestFormat)] = []
    var reasons: [String] = []
    for entry in FolderWalk.entries(of: folder.path) ?? [] where !entry.isFolder {
      let name = entry.name.lowercased()
      let ending = name.split(separator: ".").last.map(String.init) ?? ""
      let isTable = ["csv", "tsv", "tab", "xlsx", "xls", "ods", "numbers"].contains(ending)
      guard isTable || ending == "txt" || name == "ham10000_metadata" else { continue }
      do {
        let table = try CSV(file: URL(filePath: entry.path, directoryHint: .notDirectory))
        if let own = ManifestFormat.recognized(table) {
          if format == nil || format == own { found.append((table, own)) }
        } else if isTable {
          for column in [ManifestColumn.image, .patient, .label] { _ = try column.place(in: table) }
        }
      } catch {
        if isTable { reasons.append("\(error)") }
      }
    }
    if found.count > 1 {
      throw ManifestError.severalTables(
        folder.path, tables: found.map { URL(filePath: $0.0.file).lastPathComponent })
    }
    if found.isEmpty, format == nil, !reasons.isEmpty {
      throw ManifestError.unknownTables(folder.path, reasons: reasons)
    }
    return found.first
  }

  private init(_ table: CSV, _ format: ManifestFormat) throws {
    switch format {
    case .manifest, .folders: try self.init(manifest: table)
    case .ham10000: try self.init(ham10000: table)
    case .scin: try self.init(scin: table)
    }
  }
}
