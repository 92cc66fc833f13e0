import Foundation

extension RunReport {
  /// The name of the pipeline, or of the folder of a run that did not record it.
  var title: String { (run.results.run?.pipeline ?? run.folder.lastPathComponent).shortened(to: 120) }

  /// The metric by which branches are compared in short: the mean over classes, so that a frequent class
  /// does not decide.
  static let mainMetric = MetricKind.balanced

  /// What is below the title: when and with what, and the key figures.
  var head: [Markup] {
    [.tag("p", ["class": "lede"], lede), .tag("dl", ["class": "keys"], keys)]
  }

  private var lede: String {
    guard let record = run.results.run else {
      return "A run of an earlier version, which recorded neither its data nor its settings."
    }
    let (patients, photographs) = (record.data.patients, record.data.photographs)
    let what = record.stages.allSatisfy { !$0.isClassifier } ? "representations" : "classifiers"
    return "Training of \(what) on \(NumberFormat.count(photographs)) photographs of "
      + "\(NumberFormat.count(patients)) patients, finished \(RunReport.time(record.ended)) after "
      + "\(NumberFormat.duration(run.results.seconds)), by \(record.made)."
  }

  private var keys: [Markup] {
    var keys: [Markup] = []
    func add(_ name: String, _ value: String, _ note: String = "", isMain: Bool = false) {
      let small: [Markup] = note.isEmpty ? [] : [.tag("small", [:], note)]
      keys.append(
        .tag(
          "div", isMain ? ["class": "main"] : [:],
          [.tag("dt", [:], name), .tag("dd", [:], [.text(value)] + small)]))
    }
    if let (branch, score) = run.results.best {
      let (low, high) = (score.interval.low, score.interval.high)
      let bounds =
        low.isFinite && high.isFinite
        ? "95 % interval \(NumberFormat.decimals(3)(low)) to \(NumberFormat.decimals(3)(high)), " : ""
      add(
        "Highest balanced accuracy on test", NumberFormat.decimals(3)(score.value),
        bounds + branch.name.shortened(to: 60), isMain: true)
    }
    if let data = run.results.run?.data {
      let labelled = NumberFormat.count(data.labelled)
      add("Photographs", NumberFormat.count(data.photographs), "\(labelled) labelled")
      add("Patients", NumberFormat.count(data.patients), data.divided)
      add("Classes", NumberFormat.count(data.classes.count))
    } else if run.results.classes > 0 {
      add("Classes", NumberFormat.count(run.results.classes))
    }
    let day = run.results.run.map { RunReport.day($0.ended) } ?? ""
    add("Time", NumberFormat.duration(run.results.seconds), day)
    add("Version", Loupe.version, "of the report")
    return keys
  }

  /// What is at the end of the page.
  var foot: [Markup] {
    let source = run.results.run.map { "The run was made by \($0.made). " } ?? ""
    return [
      .tag(
        "p", [:],
        source + "This page was made by Loupe \(Loupe.version) from the files of the run alone; it contains "
          + "everything it shows and reads nothing from a network."),
      .tag(
        "p", [:],
        "Not for clinical use: the numbers describe these photographs and patients, and no others."),
    ]
  }

  /// A time such as `2026-03-02T08:15:00Z` for people: `2026-03-02 08:15 UTC`.
  static func time(_ text: String) -> String {
    guard text.count == 20, text.hasSuffix("Z") else { return text.shortened(to: 40) }
    return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
  }

  private static func day(_ text: String) -> String { time(text).prefix(10).description }
}

extension RunRecord.Data {
  /// The photographs, and of these the labelled ones, and the patients of all splits.
  var photographs: Int { splits.reduce(0) { $0 &+ $1.photographs } }
  var labelled: Int { splits.reduce(0) { $0 &+ $1.labelled.reduce(0, &+) } }
  var patients: Int { splits.reduce(0) { $0 &+ $1.patients } }

  /// The patients of each split, such as `840 train, 180 validation, 180 test`.
  var divided: String {
    splits.filter { $0.photographs > 0 }.map { "\(NumberFormat.count($0.patients)) \($0.split.rawValue)" }
      .joined(separator: ", ")
  }
}

extension Results {
  /// The seed of the run, or those of a collection.
  var seeds: String { (run?.seeds ?? [seed]).map { "\($0)" }.listed(upTo: 20) }

  /// The same with the noun, such as `seeds 1, 2, 3`.
  var seedsInWords: String { (run?.seeds == nil ? "seed " : "seeds ") + seeds }

  /// The branch with the highest main metric.
  var best: (branch: Branch, score: Score)? {
    branches.compactMap { branch in
      branch[RunReport.mainMetric].flatMap { $0.value.isFinite ? (branch, $0) : nil }
    }.max { $0.1.value < $1.1.value }
  }
}
