/// Why no dataset could be made of a manifest.
public enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Rows are wrong, and none may be.
  case problems(ManifestProblemList, of: String)
  /// Not one row could be used.
  case nothingUsable(String, problems: ManifestProblemList)
  /// Photographs are there twice, with other labels or in other splits.
  case contradictions([PhotographContradiction], of: String)
  /// There is no folder or file of that path, or not what the format takes.
  case notFound(String, wanted: String)
  /// Tables lie in a folder, and none is known to describe its photographs.
  case unknownTables(String, reasons: [String])
  /// Several tables in a folder may describe its photographs.
  case severalTables(String, tables: [String])
  /// The class names that were given are empty or not all different.
  case badClasses([String])

  /// What is wrong, where, and what to do about it.
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

/// One photograph of which a manifest says two things: the same file, or the same bytes, with another label
/// or in another split.
public struct PhotographContradiction: Equatable, Sendable, CustomStringConvertible {
  /// One of the two mentions.
  public struct Mention: Equatable, Sendable {
    /// The photograph's name.
    public let photograph: String
    /// Its row, if it is of a table.
    public let row: Int?
    /// Its label or its split.
    public let value: String

    fileprivate var name: String { photograph.shortened(to: 120) + (row.map { " (row \($0))" } ?? "") }
  }

  /// The earlier one.
  public let first: Mention
  /// The later one.
  public let second: Mention

  /// One sentence with both.
  public var description: String {
    let values = [second, first].map { $0.value.shortened(to: 60) }
    return "\(second.name) is the same photograph as \(first.name), but \(values[0]), not \(values[1])."
      .printable
  }
}
