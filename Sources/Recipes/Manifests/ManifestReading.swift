import Foundation

/// A dataset made of a manifest, and what was found on the way.
public struct ManifestReading: Sendable {
  /// The photographs that can be used.
  public let dataset: Dataset
  /// The format it was read as.
  public let format: ManifestFormat
  /// What is wrong with rows, in their order.
  public let problems: [ManifestProblem]
  /// How many rows the table has, or files the folder.
  public let rows: Int
  /// How many photographs, or rows without one, were left out.
  public let skipped: Int
  /// Whether the splits are given. If not, all patients are in the training split.
  public let hasSplits: Bool
  /// What else the user should know, a sentence each.
  public let notes: [String]
  let location: String

  /// What was read, as a short table, with the first problems of each kind.
  public var summary: String {
    let names = ["\(location), read as \(format.rawValue): \(rows) \(format == .folders ? "files" : "rows")"]
    var lines = names.map(\.printable) + [dataset.summary] + notes.map(\.printable)
    if !problems.isEmpty {
      let left = skipped > 0 ? ", photographs left out: \(skipped)" : ""
      lines.append("\(problems.count) problem\(problems.count == 1 ? "" : "s")\(left):")
      lines.append(ManifestProblemList(problems).description)
    }
    return lines.joined(separator: "\n")
  }
}

extension Dataset {
  /// The photographs that a manifest or a folder names, unread until they are needed.
  ///
  /// The files must be there; what is in them shows when they are read, so their sizes and dates are no part
  /// of `source`, which is a hash of what the manifest says of names, patients, labels and splits, or of the
  /// names in the folder. Photographs are named as in
  /// the manifest. A row with an empty split goes where its patient's other photographs are, or else to the
  /// training split.
  ///
  /// - Parameters:
  ///   - location: A table, or a folder.
  ///   - format: What it is; recognized if nil.
  ///   - classes: The classes, in the order of their numbers; those that occur, sorted, if nil.
  ///   - channels: The number of channels of every photograph.
  ///   - strict: Whether a single problem is an error. If not, a row with one is left out and listed.
  /// - Throws: `FileError` or `CSVError` when there is no table that can be read; `ManifestError` when
  ///   nothing in it can be used, or not everything and `strict` asks for that, or when the same photograph
  ///   has two labels or two splits, strict or not; `DataError.leakingPatients` when a patient is in two of
  ///   the given splits, in one spelling or another, strict or not.
  public static func reading(
    _ location: URL, format: ManifestFormat? = nil, classes: [String]? = nil, channels: Int = 3,
    strict: Bool = false
  ) throws -> ManifestReading {
    if let classes, classes.contains("") || Set(classes).count < classes.count {
      throw ManifestError.badClasses(classes)
    }
    var check = ManifestCheck(try ManifestRows(location, format: format), classes: classes)
    try check.checkAll()
    if !check.contradictions.isEmpty {
      throw ManifestError.contradictions(check.contradictions, of: location.path)
    }
    if strict, !check.problems.isEmpty {
      throw ManifestError.problems(ManifestProblemList(check.problems), of: location.path)
    }
    if check.photographs.isEmpty {
      throw ManifestError.nothingUsable(location.path, problems: ManifestProblemList(check.problems))
    }
    let dataset = try Dataset(
      check.photographs, splits: check.splits, classes: check.classes, channels: channels,
      source: "\(check.rows.format.rawValue) \(check.rows.source.text)", copies: check.copies)
    return ManifestReading(
      dataset: strict ? dataset.strict() : dataset, format: check.rows.format, problems: check.problems,
      rows: check.rows.count,
      skipped: check.skipped, hasSplits: check.hasSplits, notes: check.notes, location: location.path)
  }
}
