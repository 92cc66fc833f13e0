/// An error that prevents a dataset from being made of a manifest.
public enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Rows have problems, which `strict` does not allow.
  case problems(ManifestProblemList, of: String)
  /// No row is usable.
  case nothingUsable(String, problems: ManifestProblemList)
  /// Photographs occur twice, with different labels or in different splits.
  case contradictions([PhotographContradiction], of: String)
  /// There is no file or folder at that path, or not the kind that the format requires.
  case notFound(String, wanted: String)
  /// A folder contains tables, but none in a known format.
  case unknownTables(String, reasons: [String])
  /// Several tables in a folder may describe its photographs.
  case severalTables(String, tables: [String])
  /// The given class names are empty or not distinct.
  case badClasses([String])

  /// A sentence: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .problems(let problems, let location):
      return
        "\(location.printable) has \(problems.count) problem\(problems.count == 1 ? "" : "s"):\n\(problems)"
    case .nothingUsable(let location, let problems) where problems.count == 0:
      return "\(location.printable) names no photographs: check that it is the right one."
    case .nothingUsable(let location, let problems):
      return "\(location.printable) has no photograph that can be used; its first problems:\n\(problems)"
    case .contradictions(let found, let location):
      let others = found.count > 10 ? "\n  and \(found.count - 10) more" : ""
      return
        "\(location.printable) says two things of \(found.count) photograph\(found.count == 1 ? "" : "s"); keep what is "
        + "right:\n" + found.prefix(10).map { "  \($0)" }.joined(separator: "\n") + others
    case .notFound(let location, let wanted):
      return "\(location.printable) is not \(wanted.printable): check the path."
    case .unknownTables(let location, let reasons):
      return
        "\(location.printable) holds tables beside the photographs, but none that can be used: mend the right one, or, if "
        + "the folders are classes, move the tables away or name the format (--format folders).\n"
        + reasons.prefix(5).map { "  \($0.printable)" }.joined(separator: "\n")
        + (reasons.count > 5 ? "\n  and \(reasons.count - 5) more" : "")
    case .severalTables(let location, let tables):
      return
        "\(location.printable) holds several tables of photographs, \(tables.listed(upTo: 5).printable): name the one that is meant."
    case .badClasses(let classes):
      return "the classes \(classes.listed(upTo: 20).printable) are not names that differ; give each once."
    }
  }
}

/// A photograph with contradictory entries: the same file, or the same bytes, with another label or in
/// another split.
public struct PhotographContradiction: Equatable, Sendable, CustomStringConvertible {
  /// One of the two entries.
  public struct Mention: Equatable, Sendable {
    /// The photograph's name.
    public let photograph: String
    /// Its row, if it is in a table.
    public let row: Int?
    /// Its label or its split.
    public let value: String

    fileprivate var name: String { photograph.shortened(to: 120) + (row.map { " (row \($0))" } ?? "") }
  }

  /// The earlier one.
  public let first: Mention
  /// The later one.
  public let second: Mention

  /// A sentence with both.
  public var description: String {
    let values = [second, first].map { $0.value.shortened(to: 60) }
    return "\(second.name) is the same photograph as \(first.name), but \(values[0]), not \(values[1])."
      .printable
  }
}
