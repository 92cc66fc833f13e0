extension RunReport {
  /// What was asked: the pipeline, the data, what was left out, the settings and the machine.
  var asked: [ReportSection] {
    guard let record = run.results.run else { return [] }
    let groups = StageGroup.groups(of: record.stages)
    var content: [Markup] = [.tag("h3", [:], "Pipeline")]
    content += PipelineDrawing(of: groups).figure.map { [$0.markup] } ?? []
    content += [stages(groups), components(groups), .tag("h3", [:], "Photographs and patients")]
    content += DataCounts(record.data).content
    for column in options.subgroups { content += subgroup(column) }
    content += others(record.data)
    content += leftOut(record.data)
    content += [.tag("h3", [:], "Settings")] + settings(record)
    content += [.tag("h3", [:], "Versions and machine"), machine(record)]
    return [ReportSection("asked", "What was asked", content)]
  }

  private func stages(_ groups: [StageGroup]) -> Markup {
    let longest = groups.map(\.seconds).max() ?? 0
    let rows = groups.map { group -> [DataTable.Cell] in
      let epochs = group.stages.compactMap { run.history.epochs[$0.title]?.last?.epoch }.max()
      return [
        .text(group.title(upTo: 80)), .text(group.predecessor?.shortened(to: 80) ?? "no earlier stage"),
        .text(group.input.shortened(to: 80)),
        .number(group.stages.first.map { NumberFormat.count($0.parameters) } ?? ""),
        .number(epochs.map { NumberFormat.count($0) } ?? "–"),
        .bar(group.time, length: longest > 0 ? group.seconds / longest : 0),
      ]
    }
    return DataTable(
      "The stages, in the order in which they were trained",
      header: ["Stage", "Weights from", "Reads", "Parameters", "Epochs", "Time"], rows: rows
    ).markup
  }

  private func components(_ groups: [StageGroup]) -> Markup {
    let parts = groups.flatMap { group -> [Markup] in
      let choice = group.stages.compactMap(\.choice).first.map { "chosen on validation: \($0)" }
      let lines = (group.stages.first?.lines ?? []) + [choice].compactMap { $0 }
      return [
        .tag("h4", [:], group.name.shortened(to: 120)),
        .tag("pre", [:], lines.map { $0.shortened(to: 2000) }.joined(separator: "\n")),
      ]
    }
    return .tag("details", [:], [.tag("summary", [:], "Components of each stage")] + parts)
  }

  /// The patients and photographs of each value of a column, by split.
  private func subgroup(_ named: String) -> [Markup] {
    guard let photographs = run.photographs, let column = Set(photographs.attributes).column(named) else {
      return []
    }
    let name = column.shortened(to: 80)
    let heading = Markup.tag("h4", [:], "By \(name)")
    var counts: [String: [Split: Int]] = [:]
    var patients: [String: Set<String>] = [:]
    for row in photographs.rows {
      let value = row.attributes[column] ?? ""
      counts[value, default: [:]][row.split, default: 0] += 1
      patients[value, default: []].insert(row.patient)
    }
    let most = patients.values.map(\.count).max() ?? 1
    let splits = Split.allCases.filter { split in counts.values.contains { $0[split] != nil } }
    let values = counts.keys.sorted()
    let rows = values.prefix(RunReport.mostValues).map { value -> [DataTable.Cell] in
      let count = patients[value]?.count ?? 0
      return [
        .text(value.isEmpty ? "not stated" : value.shortened(to: 80)),
        .bar(NumberFormat.count(count), length: Double(count) / Double(most)),
      ] + splits.map { .number(NumberFormat.count(counts[value]?[$0] ?? 0)) }
    }
    let more = values.count - rows.count
    let further = "\(NumberFormat.count(more)) further values are not shown."
    let note: [Markup] = more > 0 ? [.tag("p", ["class": "note"], further)] : []
    return [
      heading,
      DataTable(
        "Patients, and photographs in each split, by \(name)",
        header: [name, "Patients"] + splits.map { "Photographs, \($0.rawValue)" }, rows: rows
      ).markup,
    ] + note
  }

  // A column such as a date has as many values as photographs.
  private static let mostValues = 40

  private func others(_ data: RunRecord.Data) -> [Markup] {
    let shown = options.subgroups.compactMap { Set(data.attributes).column($0) }
    let others = data.attributes.filter { !shown.contains($0) }
    guard !others.isEmpty else { return [] }
    let names = others.map { $0.shortened(to: 60) }.listed(upTo: 30)
    return [.tag("p", ["class": "note"], "Other known columns of the photographs: \(names).")]
  }

  private func leftOut(_ data: RunRecord.Data) -> [Markup] {
    var content: [Markup] = [.tag("h3", [:], "What was left out")]
    if data.leftOut.isEmpty {
      content.append(.tag("p", [:], "Nothing was left out before the run."))
    } else {
      let rows = data.leftOut.map { reason -> [DataTable.Cell] in
        [.text(reason.reason.shortened(to: 300)), .number(NumberFormat.count(reason.count))]
      }
      content.append(
        DataTable("Left out before the run", header: ["Reason", "Photographs or rows"], rows: rows).markup)
    }
    let damaged = run.results.damaged
    guard !damaged.isEmpty else {
      return content + [.tag("p", [:], "Every photograph that the run needed could be read.")]
    }
    let rows = damaged.prefix(100).map { damaged -> [DataTable.Cell] in
      [.text(damaged.file.shortened(to: 120)), .text(damaged.reason.shortened(to: 300))]
    }
    let some = damaged.count > rows.count ? " (the first \(rows.count))" : ""
    let count = NumberFormat.count(damaged.count)
    return content + [
      .tag(
        "p", [:],
        "Photographs that could not be read, and were passed over: \(count). Another one took the place of "
          + "each in training; evaluations go without."),
      .tag(
        "details", [:],
        [
          .tag("summary", [:], "Unreadable photographs\(some)"),
          DataTable("", header: ["Photograph", "Reason"], rows: rows).markup,
        ]),
    ]
  }

  private func settings(_ record: RunRecord) -> [Markup] {
    var content: [Markup] = []
    if let command = record.command {
      content.append(.tag("pre", [:], [.tag("code", [:], command.map(\.asArgument).joined(separator: " "))]))
    }
    let own = record.settings.inKeyOrder.map { name, value in
      (name, value.shortened(to: 500))
    }
    let rows =
      own + [
        ("seed", run.results.seeds), ("side of the views", "\(record.size) pixels"),
        ("origin of the data", record.data.source.shortened(to: 300)),
        ("hash of the data", record.data.fingerprint.shortened(to: 80)),
      ]
    content.append(
      DataTable(
        "", header: ["Setting", "Value"],
        rows: rows.map { [.text($0.0.shortened(to: 80)), .text($0.1)] }
      ).markup)
    return content
  }

  private func machine(_ record: RunRecord) -> Markup {
    let host = record.host
    let weights = record.stages.map { "\($0.title.shortened(to: 60)) \($0.weightsHash.shortened(to: 40))" }
    var rows = [
      ("Made by", record.made), ("Processor", host.processor), ("System", host.system),
      ("Cores and threads", "\(host.cores) and \(host.threads)"),
      ("Memory", NumberFormat.decimals(0)(Double(host.memory) / 0x1p30) + " GiB"),
      ("Began", RunReport.time(record.began)), ("Ended", RunReport.time(record.ended)),
      ("Duration", NumberFormat.duration(run.results.seconds)),
      ("Hashes of weights", weights.listed(upTo: 40)),
    ]
    if let ranks = record.ranks { rows.insert(("Ranks", ranks.summary.shortened(to: 400)), at: 4) }
    return DataTable(
      "", header: ["What", "Value"],
      rows: rows.map { [.text($0.0), .text($0.1.shortened(to: 3000))] }
    ).markup
  }
}

extension String {
  /// The text as an argument of a command line, in quotes where a shell would read it otherwise.
  fileprivate var asArgument: String {
    let isPlain = allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=,:@%+".contains($0)) }
    return isPlain && !isEmpty ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
