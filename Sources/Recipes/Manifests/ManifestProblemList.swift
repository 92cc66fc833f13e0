/// The problems of a manifest by kind, the rarest kind first, since rare problems are easily missed.
public struct ManifestProblemList: Equatable, Sendable, CustomStringConvertible {
  private struct Group: Equatable, Sendable {
    let kind: String
    var count: Int
    var first: [ManifestProblem]
  }

  /// The number of problems.
  public let count: Int
  private let groups: [Group]
  private static let shown = 10

  init(_ problems: [ManifestProblem]) {
    count = problems.count
    var groups: [Group] = []
    var placeOfKind: [String: Int] = [:]
    for problem in problems {
      let kind = problem.fault.kind
      if let place = placeOfKind[kind] {
        groups[place].count += 1
        if groups[place].first.count < ManifestProblemList.shown { groups[place].first.append(problem) }
      } else {
        placeOfKind[kind] = groups.count
        groups.append(Group(kind: kind, count: 1, first: [problem]))
      }
    }
    self.groups = groups.enumerated()
      .sorted { ($0.element.count, $0.offset) < ($1.element.count, $1.offset) }.map(\.element)
  }

  /// A line for each of the first problems of every kind, with the number of further ones.
  public var description: String {
    let limit = max(3, ManifestProblemList.shown / max(groups.count, 1))
    return groups.map { group in
      let rest = group.count - min(limit, group.count)
      let lines = group.first.prefix(limit).map { "  \($0)" }
      return (lines + (rest > 0 ? ["  and \(rest) more: \(group.kind)"] : [])).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
