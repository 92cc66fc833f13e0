extension RunReport {
  /// How the run compares with others: the settings that differ, the metrics, and the paired differences
  /// where both were scored on the same photographs.
  var comparison: [ReportSection] {
    guard !options.comparisons.isEmpty else { return [] }
    let runs = [run] + options.comparisons
    let names = runs.indices.map { RunReport.letter($0) }
    var content: [Markup] = [list(runs, names)] + settings(runs, names) + metrics(runs, names)
    content.append(.tag("h3", [:], "Paired differences"))
    for (other, name) in zip(runs, names).dropFirst() {
      content += differences(to: other, named: name)
    }
    return [ReportSection("comparison", "Comparison of runs", content)]
  }

  // A name for each run, as folders may have the same: A to Z, then numbers.
  private static func letter(_ place: Int) -> String {
    place < 26 ? String(UnicodeScalar(UInt8(65 + place))) : "\(place + 1)"
  }

  private func list(_ runs: [RunArchive], _ names: [String]) -> Markup {
    let rows = zip(runs, names).enumerated().map { place, pair -> [DataTable.Cell] in
      let (run, name) = pair
      return [
        .text(place == 0 ? "\(name), this run" : name),
        .text(run.results.run?.pipeline.shortened(to: 80) ?? "not recorded"),
        .text(run.folder.lastPathComponent.shortened(to: 80)),
        .text(run.results.run.map { RunReport.time($0.ended) } ?? "not recorded"),
        .number(NumberFormat.duration(run.results.seconds)),
      ]
    }
    return DataTable("The runs", header: ["Run", "Pipeline", "Folder", "Ended", "Time"], rows: rows).markup
  }

  private func settings(_ runs: [RunArchive], _ names: [String]) -> [Markup] {
    let all = runs.map(RunReport.settings)
    let keys = Set(all.flatMap(\.keys)).sorted()
    let differing = keys.filter { key in Set(all.map { $0[key] ?? "" }).count > 1 }
    let heading = Markup.tag("h3", [:], "Settings that differ")
    guard !differing.isEmpty else {
      return [heading, .tag("p", [:], "All settings that were recorded are the same.")]
    }
    let rows = differing.map { key -> [DataTable.Cell] in
      [.text(key.shortened(to: 120))] + all.map { .text($0[key]?.shortened(to: 300) ?? "–") }
    }
    return [
      heading, DataTable("", header: ["Setting"] + names, rows: rows).markup,
      .tag("p", ["class": "note"], "All others that were recorded are the same."),
    ]
  }

  /// Everything that may differ between two runs, by name.
  private static func settings(of run: RunArchive) -> [String: String] {
    var settings = ["seed": "\(run.results.seed)"]
    guard let record = run.results.run else { return settings }
    settings.merge(record.settings) { _, own in own }
    settings["made by"] = record.made
    settings["side of the views"] = "\(record.size) pixels"
    settings["data"] = record.data.source
    settings["hash of the data"] = record.data.fingerprint
    settings["classes"] = "\(record.data.classes.count)"
    settings["photographs"] = NumberFormat.count(record.data.photographs)
    settings["patients"] = record.data.divided
    settings["processor"] = record.host.processor
    for group in StageGroup.groups(of: record.stages) {
      settings["stage \(group.name)"] = group.stages.first?.lines.joined(separator: "; ")
    }
    return settings
  }

  private static let compared: [MetricKind] = [.top1, .top3, .balanced, .f1, .auc]

  private func metrics(_ runs: [RunArchive], _ names: [String]) -> [Markup] {
    let rows = zip(runs, names).flatMap { run, name in
      run.results.branches.map { branch -> [DataTable.Cell] in
        [.text("\(name): \(branch.name.shortened(to: 80))")]
          + RunReport.compared.map { kind in
            .number(branch[kind].map { NumberFormat.decimals(3)($0.interval) } ?? "–")
          }
      }
    }
    guard !rows.isEmpty else { return [] }
    return [
      .tag("h3", [:], "Metrics on test"),
      DataTable(
        "Metrics with 95 % intervals; intervals that overlap do not tell whether runs differ",
        header: ["Run and classifier"] + RunReport.compared.map(\.title), rows: rows
      ).markup,
    ]
  }

  private func differences(to other: RunArchive, named name: String) -> [Markup] {
    let pairs = PairedRuns(run, named: RunReport.letter(0), other, named: name)
    var content: [Markup] = [.tag("h4", [:], "This run over \(name)")]
    if !pairs.differences.isEmpty {
      let rows = pairs.differences.map { difference -> [DataTable.Cell] in
        [.text("\(difference.of.shortened(to: 80)) over \(difference.over.shortened(to: 80))")]
          + RunReport.compared.map { kind in
            .number(difference[kind].map { NumberFormat.signed(3)($0.interval) } ?? "–")
          }
      }
      content.append(
        DataTable(
          "Differences on the same test photographs, with 95 % intervals; one that excludes 0 tells the runs "
            + "apart",
          header: ["Classifiers"] + RunReport.compared.map(\.title), rows: rows
        ).markup)
    }
    return content + pairs.reasons.map { .tag("p", ["class": "note"], $0) }
  }
}
