/// The methods of a run in sentences, for a paper.
struct MethodsText {
  private let report: RunReport
  private let record: RunRecord

  /// The methods; nil for a run that did not record them.
  init?(of report: RunReport) {
    guard let record = report.run.results.run else { return nil }
    (self.report, self.record) = (report, record)
  }

  /// The paragraphs.
  var content: [Markup] {
    [
      .tag("h3", [:], "In sentences"),
      .tag("p", [:], data),
      .tag("p", [:], trained), .tag("ul", ["class": "plain"], groups.map(stage)),
      .tag("p", [:], evaluation), .tag("p", [:], software),
    ]
  }

  private var groups: [StageGroup] { StageGroup.groups(of: record.stages) }

  private func count(_ number: Int) -> String { NumberFormat.count(number) }

  /// How many photographs and patients there were, and how they were divided.
  var data: String {
    let data = record.data
    let parts = data.splits.filter { $0.photographs > 0 }.map { split in
      "\(count(split.photographs)) photographs of \(count(split.patients)) patients for "
        + (split.split == .train ? "training" : split.split == .validation ? "validation" : "the test")
    }
    let unlabelled = data.splits.filter { $0.split == .train }.reduce(0) {
      $0 &+ $1.photographs &- $1.labelled.reduce(0, &+)
    }
    let labels =
      data.classes.isEmpty
      ? " There were no labels."
      : " Labels were of \(count(data.classes.count)) classes; \(count(unlabelled)) of the photographs for "
        + "training had none."
    return "We used \(count(data.photographs)) photographs of \(count(data.patients)) patients, divided by "
      + "patient, with no patient in two parts: \(parts.enumeration).\(labels)\(leftOut)"
  }

  /// What was left out and passed over, in a sentence.
  var leftOut: String {
    let reasons = record.data.leftOut.map { "\($0.reason.shortened(to: 120)) (\(count($0.count)))" }
    let before = reasons.isEmpty ? "" : " Left out before were: \(reasons.joined(separator: "; "))."
    let damaged = report.run.results.damaged.count
    return before
      + (damaged > 0 ? " Passed over as unreadable: \(count(damaged)) photographs." : "")
  }

  private var trained: String {
    "Views of \(record.size) × \(record.size) pixels were cut from the photographs. The networks were "
      + "trained in \(count(groups.count)) stages, each with the components below, in their order, with "
      + "\(report.run.results.seedsInWords).\(precision)"
  }

  /// A sentence on mixed precision, if stages were trained in it.
  private var precision: String {
    let (all, mixed) = (groups, groups.filter { $0.stages.contains(where: \.isMixed) })
    if mixed.isEmpty { return "" }
    let which = mixed.count == all.count ? "" : " of \(mixed.map { $0.name.shortened(to: 80) }.enumeration)"
    return " The training\(which) was in mixed precision: activations of layers, their gradients and the "
      + "operands of most products were rounded to bfloat16, while sums, statistics, losses, weights and their "
      + "updates were in single precision, without scaling of losses."
  }

  private func stage(_ group: StageGroup) -> Markup {
    guard let first = group.stages.first else { return .text("") }
    let start =
      group.predecessor.map { "from the weights of \($0.shortened(to: 80))" }
      ?? "from initial weights of its own"
    let epochs = group.stages.compactMap { report.run.history.epochs[$0.title]?.last?.epoch }.max()
    let times =
      group.stages.count > 1 ? ", repeated \(group.stages.count) times with other random numbers" : ""
    let length = epochs.map { " for \(count($0)) epochs" } ?? ""
    let choice = first.choice.map { " Chosen on validation: \($0.shortened(to: 200))." } ?? ""
    let components = first.lines.enumerated().flatMap { place, line -> [Markup] in
      [.text(place == 0 ? "" : "; "), .tag("code", [:], line.shortened(to: 500))]
    }
    return .tag(
      "li", [:],
      [
        .tag("strong", [:], group.name.shortened(to: 80)),
        .text(
          ", \(start), on \(group.input.shortened(to: 80))\(length)\(times) "
            + "(\(count(first.parameters)) trained parameters): "),
      ] + components + [.text("." + choice)])
  }

  /// How classifiers were scored, and how the intervals were made.
  var evaluation: String {
    let results = report.run.results
    guard !results.branches.isEmpty else { return "No classifier was trained." }
    let test = record.data.splits.first { $0.split == .test }
    let size = test.map {
      " on the \(count($0.photographs)) test photographs of \(count($0.patients)) patients"
    }
    let times = results.branches.map(\.scores.repetitions).max() ?? 1
    return
      "Classifiers were scored once\(size ?? ""), among others by top-1 accuracy, balanced accuracy (the "
      + "mean of the classes' sensitivities), macro F1, and the area under the ROC curve, averaged over "
      + "classes. A tie counts against the classifier. \(MethodsText.intervals(results))"
      + (times > 1 ? " Metrics are means over \(times) repetitions of the training." : "") + outcome
  }

  /// How intervals and differences were made.
  static func intervals(_ results: Results) -> String {
    let resamples = NumberFormat.count(Bootstrap(seed: results.seed).resamples)
    return "Intervals are 95 % percentile intervals of \(resamples) bootstrap samples of patients, each with "
      + "all photographs, and differences between classifiers are paired: on the same samples."
  }

  private var outcome: String {
    guard let best = report.run.results.best else { return "" }
    return " The highest balanced accuracy had \(best.branch.name.shortened(to: 80)): "
      + "\(NumberFormat.decimals(3)(best.score.interval))."
  }

  /// The program and the machine.
  var software: String {
    let host = record.host
    let chunks = record.ranks == nil ? "settings" : "settings, including the number of chunks,"
    let isExact = record.ranks?.isExact != false
    return "Training and evaluation took \(NumberFormat.duration(report.run.results.seconds)) with Loupe "
      + "(\(record.made.shortened(to: 300))) on \(host.processor.shortened(to: 120)), \(host.threads) "
      + "threads"
      + (record.ranks.map { ", and as \($0.summary.shortened(to: 200))," } ?? "")
      + " \(host.system.shortened(to: 120))."
      + (isExact
        ? " The same version, data, \(chunks) and seed give the same weights on the same kind of machine."
        : "")
  }
}

extension [String] {
  /// The texts as a list that ends with "and".
  fileprivate var enumeration: String {
    guard let last, count > 1 else { return joined() }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
