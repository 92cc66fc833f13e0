/// What a run can say to the items of guidelines, in sentences.
struct RunAnswers {
  let text: MethodsText
  let record: RunRecord
  let run: RunArchive
  let best: (branch: Results.Branch, score: Score)?
  let subgroups: [String]

  /// The answers; nil for a run that did not record its data and settings.
  init?(of report: RunReport) {
    guard let text = MethodsText(of: report), let record = report.run.results.run else { return nil }
    (self.text, self.record, run, best) = (text, record, report.run, report.run.results.best)
    subgroups = report.options.subgroups
  }

  var category: String {
    let pretrainings = record.stages.filter { !$0.isClassifier }.map { $0.name.shortened(to: 60) }
    let what =
      "Deep learning: networks of " + "\(record.stages.map(\.parameters).max() ?? 0) parameters at most"
    return pretrainings.isEmpty ? what + "." : what + ", pretrained by \(pretrainings.listed(upTo: 10))."
  }

  var source: String {
    "The manifest or folder \(record.data.source.shortened(to: 200)), with hash "
      + "\(record.data.fingerprint.shortened(to: 60)); where the photographs are from, the authors know."
  }

  var leftOut: String {
    let text = text.leftOut.trimmingPrefix(" ")
    return text.isEmpty
      ? "The run left out no photograph; why others were never in it, the authors know." : "\(text)"
  }

  var preprocessing: String {
    "Views of \(record.size) × \(record.size) pixels with \(record.data.channels) channels; the augmentation "
      + "of each stage is in “What was asked”."
  }

  var subsets: String {
    let inputs = Set(record.stages.map { $0.input.shortened(to: 60) }).sorted()
    return "Stages read: \(inputs.listed(upTo: 10))."
  }

  var missing: String {
    "Photographs without a label were used by the stages that need none. "
      + (run.results.damaged.isEmpty
        ? "Every photograph could be read."
        : "Passed over as unreadable, and listed: \(NumberFormat.count(run.results.damaged.count)).")
  }

  var partitions: String { text.data }

  var disjoint: String { "Patients: no patient is in two partitions." }

  var size: String? {
    record.data.splits.first { $0.split == .test }.map {
      "The test has \($0.photographs) photographs of \($0.patients) patients; how that was decided, the "
        + "authors know."
    }
  }

  var model: String { "The components of each stage, with their settings, are in “What was asked”." }

  var software: String {
    record.made.shortened(to: 300) + ", on " + record.host.system.shortened(to: 100) + "."
  }

  var initialization: String {
    let groups = StageGroup.groups(of: record.stages)
    let own = groups.filter { $0.predecessor == nil }.map { $0.name.shortened(to: 60) }
    return
      "Without weights of an earlier stage: \(own.listed(upTo: 10)); \(run.results.seedsInWords). The others "
      + "start from the stages shown in “What was asked”."
  }

  var training: String {
    "Augmentation, loss, optimizer, schedule, batch and epochs of each stage are in “What was asked”, the "
      + "course of training in “How training went”. \(record.stages.count) trainings in all."
  }

  var selection: String {
    let choices = record.stages.compactMap { stage in
      stage.choice.map { "\(stage.name.shortened(to: 60)): \($0.shortened(to: 120))" }
    }
    return choices.isEmpty
      ? "There was no search: the last weights of each training are used, with the settings shown."
      : "By the score on validation. " + choices.listed(upTo: 10) + "."
  }

  var ensembling: String {
    let times = run.results.branches.map(\.scores.repetitions).max() ?? 1
    return "None."
      + (times > 1 ? " Metrics of \(times) repetitions are averaged, not their predictions." : "")
  }

  var metrics: String? { run.results.branches.isEmpty ? nil : text.evaluation }

  var imbalance: String {
    let counts = record.data.splits.first { $0.split == .train }?.labelled ?? []
    guard let least = counts.min(), let most = counts.max() else { return "There were no labels." }
    return "Labelled photographs of a class for training: from \(NumberFormat.count(least)) to "
      + "\(NumberFormat.count(most)). Balanced accuracy, macro F1 and the AUC give every class the same "
      + "weight; sampling and weights of the loss are among the components of a stage."
  }

  var output: String? {
    run.results.branches.isEmpty
      ? nil : "A probability for each of \(NumberFormat.count(record.data.classes.count)) classes."
  }

  var uncertainty: String? {
    run.results.branches.isEmpty ? nil : MethodsText.intervals(run.results)
  }

  var internalData: String? {
    run.results.branches.isEmpty
      ? nil : "On the test patients of the same data, who took no part in training."
  }

  var bySubgroup: String? {
    subgroups.isEmpty ? nil : "By \(subgroups.map { $0.shortened(to: 40) }.listed(upTo: 10))."
  }

  var counts: String {
    "The counts by split and class are in “What was asked”. \(leftOut)"
  }

  var performance: String? {
    best.map {
      "The highest balanced accuracy had \($0.branch.name.shortened(to: 80)): "
        + "\(NumberFormat.decimals(3)($0.score.interval)). All are in the results."
    }
  }

  var availability: String {
    let weights = record.stages.map {
      "\($0.weights.shortened(to: 80)) (\($0.weightsHash.shortened(to: 20)))"
    }
    return "Loupe is open; the weight files of the run are \(weights.listed(upTo: 6)). Whether they and the "
      + "data are shared, the authors know."
  }
}
