/// Why no dataset could be made of a manifest.
public enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Rows are wrong, and none may be. The first twenty are listed.
  case problems([ManifestProblem], of: String, count: Int)
  /// Not one row could be used.
  case nothingUsable(String, problems: [ManifestProblem], count: Int)
  /// There is no folder or file of that path, or not what the format takes.
  case notFound(String, wanted: String)
  /// The class names that were given are empty or not all different.
  case badClasses([String])

  /// What is wrong, where, and what to do about it.
  public var description: String {
    switch self {
    case .problems(let problems, let location, let count):
      return "\(location) has \(count) problem\(count == 1 ? "" : "s"):\n"
        + ManifestError.list(problems, of: count)
    case .nothingUsable(let location, _, 0):
      return "\(location) names no photographs: check that it is the right one."
    case .nothingUsable(let location, let problems, let count):
      return "\(location) has no photograph that can be used; its first problems:\n"
        + ManifestError.list(problems, of: count)
    case .notFound(let location, let wanted):
      return "\(location) is not \(wanted): check the path."
    case .badClasses(let classes):
      return "the classes \(classes.joined(separator: ", ")) are not names that differ; give each once."
    }
  }

  static func list(_ problems: some Collection<ManifestProblem>, of count: Int) -> String {
    let others = count > problems.count ? ["  and \(count - problems.count) more"] : []
    return (problems.map { "  \($0)" } + others).joined(separator: "\n")
  }
}
