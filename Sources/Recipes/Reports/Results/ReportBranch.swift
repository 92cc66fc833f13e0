/// A branch of a run as the sections of results see it.
struct ReportBranch: Sendable {
  /// The metrics of `results.json`.
  let results: Results.Branch
  /// The scores of each repetition on test and on validation; empty without the files.
  let test: [ScoredPhotographs]
  let validation: [ScoredPhotographs]
  /// The share of the labelled training patients that it learned from; nil if it is not known.
  let share: Double?

  /// The name, not longer than a heading may be.
  var name: String { results.name.shortened(to: ReportBranch.letters) }

  /// The most letters of a name.
  static let letters = 80

  /// The branches of a run in the order of its results. Scores of other classes than the first branch has,
  /// such as those of a table from another run, are left out.
  static func all(of run: RunArchive) -> [ReportBranch] {
    let classes = run.branches.first?.repetitions.first?.classes
    return run.results.branches.map { branch in
      let scored = run.branches.first { $0.name == branch.name }?.repetitions ?? []
      let own = scored.filter { $0.classes == classes }
      let stage = run.results.run?.stages.first { $0.name == branch.name && $0.isClassifier }
      return ReportBranch(
        results: branch, test: own.compactMap { $0.part(of: .test) },
        validation: own.compactMap { $0.part(of: .validation) },
        share: stage.flatMap { ReportBranch.share(of: $0.input) })
    }
  }

  /// Returns the share of labels in the input of a classifier, such as `labelled(train, share: 0.1)`; nil for
  /// another input.
  static func share(of input: String) -> Double? {
    guard let match = input.firstMatch(of: /^labelled\([a-z]+(?:, share: ([0-9.e-]+))?\)$/) else {
      return nil
    }
    guard let text = match.output.1 else { return 1 }
    return Double(text).flatMap { $0 > 0 && $0 <= 1 ? $0 : nil }
  }
}
