import Foundation

extension ManifestRows {
  /// Reads the photographs of a folder with one subfolder per class, optionally below folders of splits.
  ///
  /// - Parameter isGiven: Whether the caller has requested this format. If not, subfolders named like parts
  ///   of a collection are not classes.
  init(folders location: URL, isGiven: Bool) throws(FileError) {
    self.init(format: .folders)
    notes.append("Every photograph counts as a patient of its own.")
    let root = location.path
    guard let entries = FolderWalk.entries(of: root) else {
      throw .unreadable(file: root, reason: "the folder cannot be listed")
    }
    var level = Level(areClassesGiven: isGiven)
    for entry in entries where entry.isFolder && Split(named: entry.name) != nil {
      level.splits.append(entry.name)
    }
    add(entries, at: &level)
    let unlabelled = self.entries.count { $0.label.isEmpty }
    if !level.splits.isEmpty {
      notes.append("Folders that are taken for splits and not for classes: \(level.splits.listed(upTo: 10)).")
    }
    if !level.parts.isEmpty {
      notes.append(
        "Folders that are named like parts of a collection and not taken for classes: "
          + "\(level.parts.listed(upTo: 10)). If they are classes, name the format (--format folders).")
    }
    if unlabelled > 0 {
      notes.append("\(unlabelled) photographs are in no class's folder and have no label.")
    }
    if !level.empty.isEmpty { notes.append("No photographs are in: \(level.empty.listed(upTo: 10)).") }
  }

  private struct Level {
    let areClassesGiven: Bool
    var split = ""
    /// The path relative to the location.
    var path = ""
    var splits: [String] = []
    var parts: [String] = []
    var empty: [String] = []
  }

  // Adds files without a label, folders of classes and, at the top, of splits.
  private mutating func add(_ entries: [FolderWalk.Entry], at level: inout Level) {
    for entry in entries {
      let path = level.path + entry.name
      guard entry.isFolder else {
        add(entry, path, label: "", split: level.split)
        continue
      }
      guard let inner = FolderWalk.entries(of: entry.path) else {
        problems.append(ManifestProblem(row: nil, column: nil, .closedFolder(path)))
        continue
      }
      let before = self.entries.count
      if level.path.isEmpty, level.splits.contains(entry.name) {
        (level.split, level.path) = (entry.name, path + "/")
        add(inner, at: &level)
        (level.split, level.path) = ("", "")
      } else {
        let isPart = !level.areClassesGiven && FolderName.isPart(entry.name)
        if isPart { level.parts.append(path) }
        let hasLabel = !isPart && !FolderName.meansUnlabelled(entry.name)
        for file in inner {
          add(file, path + "/" + file.name, label: hasLabel ? entry.name : "", split: level.split)
        }
      }
      if self.entries.count == before { level.empty.append(path) }
    }
  }

  private mutating func add(_ entry: FolderWalk.Entry, _ path: String, label: String, split: String) {
    count += 1
    source.combine(path)
    if Image.isPicture(named: path) {
      entries.append(
        Entry(
          row: nil, column: nil, image: path, file: .file(entry.path), patient: path, label: label,
          split: split))
      return
    }
    let fault: ManifestProblem.Fault =
      entry.status == nil ? .brokenLink(path) : entry.isFolder ? .nestedFolder(path) : .unknownKind(path)
    problems.append(ManifestProblem(row: nil, column: nil, fault))
    skipped += 1
  }
}

/// The meaning of folder names.
enum FolderName {
  /// Returns whether photographs in the folder are unlabelled.
  static func meansUnlabelled(_ name: String) -> Bool {
    ["unlabelled", "unlabeled"].contains(name.lowercased())
  }

  /// Returns whether the name is that of a part of a collection, or a camera's folder: `images`,
  /// `HAM10000_images_part_1`, `100APPLE`.
  static func isPart(_ name: String) -> Bool {
    let words = name.lowercased().split { "_- .()".contains($0) }
    var stem = words.map { word in word.count > 3 || Int(word) == nil ? String(word) : "" }.filter {
      !$0.isEmpty
    }
    if let last = stem.last { stem[stem.count - 1] = String(last.reversed().drop { $0.isNumber }.reversed()) }
    if stem.count == 1, wholeNames.contains(stem[0]) { return true }
    if let last = stem.last, lastWords.contains(last) { return true }
    let isOfCamera =
      name.count == 8 && name.prefix(3).allSatisfy(\.isNumber) && name.suffix(5).allSatisfy(\.isUppercase)
    return isOfCamera || name.lowercased() == "whatsapp images"
  }

  private static let wholeNames: Set = [
    "images", "image", "imgs", "img", "photos", "photo", "photographs", "pictures", "picture", "pics", "jpg",
    "jpeg",
    "png", "dcim", "camera", "data", "dataset", "files", "input", "batch", "chunk", "shard", "fold", "folder",
    "dir",
    "disk",
  ]
  private static let lastWords: Set = ["part", "parts", "input", "batch", "chunk", "shard"]
}
