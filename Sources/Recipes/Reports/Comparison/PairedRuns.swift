/// The paired differences of two runs on the same test photographs, and the reasons where there are none.
struct PairedRuns {
  /// The differences of branches of the same name, and of the best of both where the names differ.
  private(set) var differences: [Results.Difference] = []
  /// Sentences.
  private(set) var reasons: [String] = []

  /// Compares the branches of a run with those of another one, which are told apart by the runs' names.
  init(_ run: RunArchive, named name: String, _ other: RunArchive, named otherName: String) {
    guard !run.branches.isEmpty, !other.branches.isEmpty else {
      reasons = ["One of the runs has no predictions by photograph, so there are no paired differences."]
      return
    }
    for (own, theirs) in PairedRuns.pairs(run, other) {
      let tests = own.repetitions.compactMap { $0.part(of: .test) }
      guard let first = tests.first else { continue }
      let names = ("\(otherName): \(theirs.name)", "\(name): \(own.name)")
      do throws(Reason) {
        var scored: [(name: String, predictions: Predictions)] = []
        for test in theirs.repetitions.compactMap({ $0.part(of: .test) }) {
          scored.append((names.0, try PairedRuns.aligned(test, to: first)))
        }
        scored += tests.map { (names.1, $0.predictions) }
        let results = try? Results(evaluating: scored, seconds: 0, seed: run.results.seed)
        differences += results?.differences ?? []
      } catch {
        let sentence = "\(own.name.shortened(to: 80)) and \(theirs.name.shortened(to: 80)): \(error.text)"
        if !reasons.contains(sentence) { reasons.append(sentence) }
      }
    }
    if differences.isEmpty, reasons.isEmpty { reasons = ["There are no test photographs to compare on."] }
  }

  /// A reason that two branches cannot be paired.
  private struct Reason: Error {
    let text: String
  }

  /// Those of the same name; of runs without any, those with the highest balanced accuracy.
  private static func pairs(
    _ run: RunArchive, _ other: RunArchive
  ) -> [(RunArchive.Branch, RunArchive.Branch)] {
    let same = run.branches.compactMap { own in
      other.branches.first { $0.name == own.name }.map { (own, $0) }
    }
    if !same.isEmpty { return same }
    guard let own = best(of: run), let theirs = best(of: other) else { return [] }
    return [(own, theirs)]
  }

  private static func best(of run: RunArchive) -> RunArchive.Branch? {
    let name = RunReport(of: run).best?.branch.name
    return run.branches.first { $0.name == name } ?? run.branches.first
  }

  /// Returns the predictions with the photographs and classes in the order of another branch.
  private static func aligned(
    _ scored: ScoredPhotographs, to other: ScoredPhotographs
  ) throws(Reason) -> Predictions {
    guard Set(scored.classes) == Set(other.classes), scored.classes.count == other.classes.count else {
      throw Reason(text: "the classes are not the same, so there is no paired difference.")
    }
    let places = Dictionary(scored.photographs.enumerated().map { ($1, $0) }) { first, _ in first }
    let order = other.photographs.compactMap { places[$0] }
    guard order.count == other.photographs.count, scored.photographs.count == order.count else {
      let (mine, both) = (other.photographs.count, order.count)
      throw Reason(
        text: "of the \(NumberFormat.count(mine)) test photographs of this run, \(NumberFormat.count(both)) "
          + "are among the \(NumberFormat.count(scored.photographs.count)) of the other one, so there is no "
          + "paired difference; the intervals above can be compared.")
    }
    let columns = other.classes.compactMap { name in scored.classes.firstIndex(of: name) }
    let (width, predictions) = (scored.classes.count, scored.predictions)
    guard
      let own = try? Predictions(
        scores: order.flatMap { sample in columns.map { predictions.scores[sample * width + $0] } },
        classes: width,
        labels: order.map { sample in
          columns.firstIndex(of: predictions.labels[sample]) ?? predictions.labels[sample]
        },
        patients: order.map { predictions.patients[$0] }),
      (try? own.checkPaired(with: other.predictions)) != nil
    else {
      throw Reason(
        text: "the photographs have other labels or patients in the other run, so there is no paired "
          + "difference.")
    }
    return own
  }
}
