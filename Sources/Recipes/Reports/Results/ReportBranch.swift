/// A branch of a run as the sections of results see it.
struct ReportBranch: Sendable {
  let name: String
  /// The metrics of `results.json`.
  let results: Results.Branch
  /// The scores of each repetition on test and on validation; empty without the files.
  let test: [ScoredPhotographs]
  let validation: [ScoredPhotographs]
  /// The share of the labelled training patients that it learned from; nil if it is not known.
  let share: Double?

  /// The branches of a run in the order of its results.
  static func all(of run: RunArchive) -> [ReportBranch] {
    run.results.branches.map { branch in
      let scored = run.branches.first { $0.name == branch.name }?.repetitions ?? []
      let stage = run.results.run?.stages.first { $0.name == branch.name && $0.isClassifier }
      return ReportBranch(
        name: branch.name, results: branch, test: scored.compactMap { $0.part(of: .test) },
        validation: scored.compactMap { $0.part(of: .validation) },
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
