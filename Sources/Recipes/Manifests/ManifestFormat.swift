import Foundation

/// The ways of saying which photograph shows whom, and what.
public enum ManifestFormat: String, Sendable, CaseIterable {
  /// A table with the columns `image` (a path from the table's folder), `patient`, `label` (empty where nobody has
  /// labelled it) and, if the splits are given, `split` (train, validation or test, or empty). Other columns are
  /// ignored.
  case manifest
  /// A folder with a folder for each class. Photographs in none of them, or in one named `unlabelled`, have no
  /// label; each is a patient of its own.
  case folders
  /// HAM10000's metadata (Tschandl et al. 2018): `lesion_id`, `image_id` and `dx`. The photographs `image_id.jpg`
  /// lie beside the file or in folders beside it; those of a lesion belong together.
  case ham10000
  /// The tables of the Skin Condition Image Network (Ward et al. 2024), `scin_cases.csv` with `case_id` and
  /// `image_1_path` to `image_3_path`, and beside it `scin_labels.csv` with `case_id` and
  /// `weighted_skin_condition_label`. The photographs of a case belong together; its label is the condition of
  /// greatest weight, the first named if there are several. Paths, which begin with `dataset/images/`, count from
  /// the folder of the tables or the one above it.
  case scin

  /// The names its table may have in a folder.
  var fileNames: [String] {
    switch self {
    case .manifest: ["manifest.csv"]
    case .folders: []
    case .ham10000: ["HAM10000_metadata.csv", "HAM10000_metadata"]
    case .scin: ["scin_cases.csv", "dataset/scin_cases.csv"]
    }
  }

  /// The columns it is recognised by.
  var columns: [String] {
    switch self {
    case .manifest: ["image", "patient", "label"]
    case .folders: []
    case .ham10000: ["lesion_id", "image_id", "dx"]
    case .scin: ["case_id", "image_1_path", "image_2_path", "image_3_path"]
    }
  }
}

extension ManifestRows {
  /// What a file or folder says, in the given format or the one it is recognised to be of: a folder by the table in
  /// it, a table by its columns; what is none of the others is taken for a manifest, or a folder of folders.
  init(_ location: URL, format: ManifestFormat?) throws {
    guard FolderListings.isFolder(location.path) else {
      if format == .folders {
        throw ManifestError.notFound(location.path, wanted: "a folder with a folder for each class")
      }
      let table = try CSV(file: location)
      let recognised = ManifestFormat.allCases.first { !$0.columns.isEmpty && table.hasColumns($0.columns) }
      try self.init(table, format ?? recognised ?? .manifest)
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
    guard format == nil || format == .folders else {
      let names = format?.fileNames.joined(separator: " or ") ?? ""
      throw ManifestError.notFound(location.path, wanted: "a folder with \(names)")
    }
    self.init(folders: location)
  }

  private init(_ table: CSV, _ format: ManifestFormat) throws {
    switch format {
    case .manifest, .folders: try self.init(manifest: table)
    case .ham10000: try self.init(ham10000: table)
    case .scin: try self.init(scin: table)
    }
  }
}
