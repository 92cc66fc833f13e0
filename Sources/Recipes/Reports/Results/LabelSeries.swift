/// A training with different shares of the labels.
struct LabelSeries: Sendable, Equatable {
  /// A share with the place of its branch.
  struct Point: Sendable, Equatable {
    let share: Double
    let branch: Int
  }

  let name: String
  /// In ascending order of shares.
  let points: [Point]

  /// The trainings with at least two shares. Branches belong together if their names are equal without the
  /// words about labels, such as `SimCLR` and `SimCLR, 10 % of labels`; the shares are those of the record.
  static func all(of branches: [ReportBranch]) -> [LabelSeries] {
    var (names, points): ([String], [String: [Point]]) = ([], [:])
    for (place, branch) in branches.enumerated() {
      guard let share = branch.share else { continue }
      let name = withoutShare(branch.results.name)
      if points[name] == nil { names.append(name) }
      points[name, default: []].append(Point(share: share, branch: place))
    }
    return names.compactMap { name in
      let own = points[name, default: []].sorted { ($0.share, $0.branch) < ($1.share, $1.branch) }
      return Set(own.map(\.share)).count > 1 ? LabelSeries(name: name, points: own) : nil
    }
  }

  /// Returns a name without its words about labels.
  static func withoutShare(_ name: String) -> String {
    let own = name.replacing(/\s*[,(]?\s*[0-9.]+\s*%\s*of\s+(the\s+)?labels\)?/, with: "")
      .trimmingPrefix(/[\s,]+/)
    return own.isEmpty ? name : String(own)
  }
}
