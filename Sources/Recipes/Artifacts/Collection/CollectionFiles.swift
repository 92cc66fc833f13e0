import Foundation

// The files of a collection: those of a run that its report is made of.
extension RunCollection {
  /// Evaluates the repetitions together, and writes `results.json`, the scores, `photographs.csv`,
  /// `history.jsonl`, the gallery of the first repetition and `report.html` to a folder.
  ///
  /// - Parameters:
  ///   - folder: A folder that is not that of one of the runs.
  ///   - command: The command line, for the record.
  ///   - page: What `report.html` shows.
  /// - Throws: ``CollectionError`` for the folder of a run; ``ResultSectionsError`` for a subgroup that is
  ///   not a column of the photographs; `FileError` if a file cannot be written.
  @discardableResult
  public func write(
    in folder: RunFolder, command: [String]? = nil, page: RunReport.Options = RunReport.Options()
  ) throws -> Results {
    let path = folder.url.resolvingSymlinksInPath().path
    if runs.contains(where: { $0.folder.resolvingSymlinksInPath().path == path }) {
      throw CollectionError.folderOfRun(folder.url.relativePath)
    }
    let files = StageFiles(folder: folder.url)
    guard let record = record(in: files, command: command) else { throw CollectionError.noRuns }
    if !page.subgroups.isEmpty { try ResultSections.check(page.subgroups, among: record.data.attributes) }
    let results = try Results(
      evaluating: stages.compactMap { stage in
        stage.evaluated.map { (stage.record.name, $0.predictions) }
      }, seconds: runs.reduce(0) { $0 + $1.results.seconds }, seed: runs[0].results.seed,
      passingOver: damaged, run: record)
    for stage in stages {
      guard let table = stage.scores?.table else { continue }
      try AtomicFile.write(table, to: files.predictionTable(of: stage.record.name, stage.repetition))
    }
    if let photographs = runs.lazy.compactMap(\.photographs).first {
      try AtomicFile.write(photographs.table, to: files.photographs)
    }
    try AtomicFile.write(history, to: files.history)
    try writeGallery(in: folder.url, withPhotographs: !page.withoutPhotographs)
    try results.write(to: files.results)
    try RunReport(of: RunArchive(in: folder.url), options: page).write(to: files.page)
    return results
  }

  /// The photographs that a run could not read, each once.
  private var damaged: [Results.Damaged] {
    var seen: Set<String> = []
    return runs.flatMap(\.results.damaged).filter { seen.insert($0.file).inserted }
  }

  /// The record of all runs: what differs between them is listed.
  private func record(in files: StageFiles, command: [String]?) -> RunRecord? {
    let records = runs.compactMap(\.results.run)
    guard let first = records.first else { return nil }
    func all(_ value: (RunRecord) -> String?) -> String {
      var values: [String] = []
      for value in records.compactMap(value) where !values.contains(value) { values.append(value) }
      return values.joined(separator: "; ")
    }
    let names = Set(records.flatMap(\.settings.keys))
    let host = first.host
    let seeds = Set(runs.map(\.results.seed)).sorted()
    return RunRecord(
      pipeline: first.pipeline, made: all(\.made), command: command,
      settings: Dictionary(uniqueKeysWithValues: names.map { name in (name, all { $0.settings[name] }) }),
      began: records.map(\.began).min() ?? first.began, ended: records.map(\.ended).max() ?? first.ended,
      size: first.size, stages: stages.map { $0.record(in: files) }, data: first.data,
      host: .init(
        processor: all(\.host.processor), system: all(\.host.system), cores: host.cores,
        threads: host.threads, memory: host.memory),
      ranks: records.compactMap(\.ranks).first { !$0.isExact } ?? first.ranks,
      seeds: seeds.count > 1 ? seeds : nil)
  }

  /// The events of the stages under their new titles, a line each.
  private var history: String {
    var text = ""
    for run in runs {
      let own = stages.filter { $0.run.folder == run.folder }.map { ($0.record.title, $0.title) }
      let titles = Dictionary(own) { first, _ in first }
      let data = (try? Data(contentsOf: StageFiles(folder: run.folder).history)) ?? Data()
      for line in data.split(separator: UInt8(ascii: "\n")) {
        if let line = RunEvent.json(line, retitling: titles) { text += line + "\n" }
      }
    }
    return text
  }

  /// Copies the gallery of the first repetition, unless there are photographs in it that are not wanted, and
  /// removes that of an earlier collection.
  private func writeGallery(in folder: URL, withPhotographs: Bool) throws {
    unlink(folder.appending(path: Gallery.file).path)
    guard let first = stages.first, let gallery = try Gallery(in: first.run.folder) else { return }
    guard withPhotographs || !gallery.hasPictures else { return }
    let title = stages.first { $0.run.folder == first.run.folder && $0.record.title == gallery.stage }?.title
    try gallery.retitled(title ?? gallery.stage).write(in: folder)
  }
}

extension Gallery {
  /// Whether it has pictures of photographs.
  fileprivate var hasPictures: Bool { sheet != nil || !pictures.isEmpty || !explanations.isEmpty }

  fileprivate func retitled(_ stage: String) -> Gallery {
    Gallery(
      version: version, identity: identity, stage: stage, classes: classes, photographs: photographs,
      trainingCount: trainingCount, sheet: sheet, neighbors: neighbors, mistakes: mistakes,
      explanations: explanations, pictures: pictures, notes: notes)
  }
}
