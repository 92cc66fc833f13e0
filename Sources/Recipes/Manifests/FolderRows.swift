import Foundation

extension ManifestRows {
  /// The photographs of a folder with a folder for each class.
  init(folders location: URL) {
    self.init(format: .folders)
    notes.append("Every photograph counts as a patient of its own.")
    let root = location.path
    var empty: [String] = []
    for name in ManifestRows.visibleNames(in: root) {
      if !Image.isPicture(named: name), FolderListings.isFolder(root + "/" + name) {
        let before = entries.count
        let isLabelled = !["unlabelled", "unlabeled"].contains(name.lowercased())
        for file in ManifestRows.visibleNames(in: root + "/" + name) {
          add(name + "/" + file, in: root, label: isLabelled ? name : nil)
        }
        if entries.count == before { empty.append(name) }
      } else {
        add(name, in: root, label: nil)
      }
    }
    let unlabelled = entries.count { $0.label == nil }
    if unlabelled > 0 {
      notes.append("\(unlabelled) photographs are in no class's folder and have no label.")
    }
    if !empty.isEmpty { notes.append("No photographs are in: \(empty.joined(separator: ", ")).") }
  }

  private mutating func add(_ path: String, in root: String, label: String?) {
    count += 1
    source.combine(path)
    if Image.isPicture(named: path) {
      entries.append(
        Entry(row: nil, column: nil, image: path, file: root + "/" + path, patient: path, label: label))
      return
    }
    let isFolder = FolderListings.isFolder(root + "/" + path)
    problems.append(
      ManifestProblem(row: nil, column: nil, isFolder ? .nestedFolder(path) : .unknownKind(path)))
    skipped += 1
  }

  // Hidden files, and what file managers leave behind, are nobody's photographs.
  private static func visibleNames(in folder: String) -> [String] {
    FolderListings.names(in: folder).filter {
      !$0.hasPrefix(".") && $0 != "Thumbs.db" && $0 != "desktop.ini"
    }.sorted()
  }
}
