/// The check that a run is the same as another but for its seed and repetitions.
struct CollectionCheck {
  /// The settings that may differ, by name.
  let ignored: Set<String>

  /// Compares a run with the first of a collection.
  ///
  /// - Throws: ``CollectionError`` for the first difference.
  func check(_ run: RunArchive, against first: RunArchive) throws(CollectionError) {
    let comparesChoices = run.results.seed == first.results.seed
    let (own, others) = (
      try facts(of: run, choices: comparesChoices), try facts(of: first, choices: comparesChoices)
    )
    let known = Dictionary(others.map { ($0.what, $0.value) }) { value, _ in value }
    let found = Dictionary(own.map { ($0.what, $0.value) }) { value, _ in value }
    for what in (others + own).map(\.what) where found[what] != known[what] {
      if what == CollectionCheck.hash { try checkPhotographs(of: run, against: first) }
      throw .different(
        what: what, run: run.folder.relativePath, value: CollectionCheck.text(found[what]),
        first: first.folder.relativePath, firstValue: CollectionCheck.text(known[what]))
    }
  }

  private static let hash = "the hash of the photographs with labels and splits"

  /// Compares the photographs one by one: a hash does not say which differs.
  private func checkPhotographs(of run: RunArchive, against first: RunArchive) throws(CollectionError) {
    func key(_ row: PhotographTable.Row) -> [String?] {
      [row.photograph, row.patient, row.split.rawValue, row.label]
    }
    let rows = zip(run.photographs?.rows ?? [], first.photographs?.rows ?? [])
    let differing = rows.enumerated().first { key($0.element.0) != key($0.element.1) }
    guard let (place, (own, other)) = differing else { return }
    let isSame = own.photograph == other.photograph
    let name = "\(isSame ? own.photograph.shortened(to: 100) : "number \(place + 1)")"
    func text(_ row: PhotographTable.Row) -> String {
      (isSame ? "" : "\(row.photograph.shortened(to: 100)): ")
        + "patient \(row.patient.shortened(to: 100)), \(row.split), label \(row.label ?? "none")"
    }
    throw .different(
      what: "the photograph \(name)", run: run.folder.relativePath, value: text(own),
      first: first.folder.relativePath, firstValue: text(other))
  }

  private static func text(_ value: String?) -> String {
    value.map { $0.isEmpty ? "nothing" : $0.shortened(to: 200) } ?? "nothing"
  }

  private typealias Fact = (what: String, value: String)

  /// Returns the properties that have to be equal, the most informative first.
  private func facts(of run: RunArchive, choices: Bool) throws(CollectionError) -> [Fact] {
    guard let record = run.results.run else { throw .noRecord(run: run.folder.relativePath) }
    var facts: [Fact] = [
      ("the pipeline's name", record.pipeline),
      ("the version of the package", record.made.prefix { $0 != "," }.description),
    ]
    for (name, value) in record.settings.inKeyOrder where !ignored.contains(name) {
      facts.append(("the setting \"\(name)\"", value))
    }
    facts += [
      ("the size of views", "\(record.size) pixels"),
      ("the classes", record.data.classes.joined(separator: ", ")),
      ("the origin of the photographs", record.data.source),
      (CollectionCheck.hash, record.data.fingerprint),
    ]
    let groups = StageGroup.groups(of: record.stages)
    facts.append(("the stages", groups.map(\.name).joined(separator: ", ")))
    for group in groups { facts += CollectionCheck.facts(of: group, choices: choices) }
    return facts
  }

  private static func facts(of group: StageGroup, choices: Bool) -> [Fact] {
    let name = "\"\(group.name)\""
    var facts: [Fact] = [
      ("the stage before \(name)", group.predecessor ?? ""), ("the input of \(name)", group.input),
    ]
    for (place, line) in (group.stages.first?.lines ?? []).enumerated() {
      facts.append(("line \(place + 1) of \(name)", line))
    }
    if choices, let choice = group.stages.first?.choice {
      facts.append(("the choice of the search of \(name)", choice))
    }
    return facts
  }
}
