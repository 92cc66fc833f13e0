import Foundation

/// A dataset read from a manifest, with its problems.
public struct ManifestReading: Sendable {
  /// The usable photographs.
  public let dataset: Dataset
  /// The format of the manifest.
  public let format: ManifestFormat
  /// The problems in the order of rows.
  public let problems: [ManifestProblem]
  /// The number of rows in the table, or of files in the folder.
  public let rows: Int
  /// The number of skipped photographs, or rows without one.
  public let skipped: Int
  /// Whether the manifest has splits. If not, all patients are in the training split.
  public let hasSplits: Bool
  /// Other notes for the user, a sentence each.
  public let notes: [String]
  let location: String

  /// A short table of the dataset, with the first problems of each kind.
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
  /// Reads a manifest or a folder into a dataset. Photographs are decoded on demand.
  ///
  /// The files must be there; what is in them shows when they are read, so their sizes and dates are no part
  /// of `source`, which is a hash of what the manifest says of names, patients, labels and splits, or of the
  /// names in the folder. Photographs are named as in
  /// the manifest. A row with an empty split goes where its patient's other photographs are, or else to the
  /// training split.
  ///
  /// - Parameters:
  ///   - location: A table, or a folder.
  ///   - format: The format; detected if nil.
  ///   - classes: The classes, in the order of their indices; if nil, the labels that occur, sorted.
  ///   - channels: The number of channels of every photograph.
  ///   - strict: Whether any problem is an error. If not, affected rows are skipped and listed.
  /// - Throws: `FileError` or `CSVError` if there is no readable table; `ManifestError` if nothing in it is
  ///   usable, if `strict` is set and there is a problem, or if the same photograph has two labels or two
  ///   splits, strict or not; `DataError.leakingPatients` if a patient is in two of the given splits, in any
  ///   spelling, strict or not.
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
