import Foundation

/// Several runs of one recipe, such as those of a job array, which are evaluated as the repetitions of one.
///
///     let runs = try ["runs/1", "runs/2"].map { try RunArchive(in: URL(filePath: $0)) }
///     let results = try RunCollection(of: runs).write(in: RunFolder(URL(filePath: "runs/all")))
///     print(results.table)
///
/// A repetition is identified by the seed of its run and its index in that. If all runs have one seed,
/// indices stay, and the results are those of a run with all repetitions. Otherwise repetitions are numbered
/// from 0 in the order of the seeds, and within a seed in that of the indices.
public struct RunCollection: Sendable {
  /// The stages by repetition, and of each in the order of its run.
  let stages: [CollectedStage]
  let runs: [RunArchive]

  /// Puts runs together.
  ///
  /// - Parameters:
  ///   - runs: The runs in any order, each of one or several repetitions.
  ///   - settings: The names of settings in which runs may differ, besides those that only say which
  ///     repetition it is.
  /// - Throws: ``CollectionError`` if they differ in more than seed and repetition, have the same
  ///   repetition, or other evaluated photographs.
  public init(of runs: [RunArchive], ignoring settings: Set<String> = []) throws(CollectionError) {
    guard let first = runs.first else { throw .noRuns }
    let check = CollectionCheck(ignored: settings)
    for run in runs { try check.check(run, against: first) }
    let sorted = runs.sorted { $0.results.seed < $1.results.seed }
    let repetitions = RunCollection.repetitions(of: sorted)
    var stages: [CollectedStage] = []
    for (run, repetitions) in zip(sorted, repetitions) {
      for record in run.results.run?.stages ?? [] {
        let scores = run.scores[record.title]
        if record.predictions != nil, scores == nil {
          throw .noScores(run: run.folder.relativePath, stage: record.title)
        }
        let stage = CollectedStage(
          run: run, record: record, repetition: repetitions[record.repetition] ?? 0,
          repetitions: repetitions, scores: scores)
        if try !RunCollection.holds(stage, among: stages) { stages.append(stage) }
      }
    }
    for run in runs where !stages.contains(where: { $0.run.folder == run.folder && $0.evaluated != nil }) {
      throw .noClassifier(run: run.folder.relativePath)
    }
    try RunCollection.checkPhotographs(of: stages)
    self.runs = sorted
    self.stages = stages.enumerated().sorted {
      ($0.element.repetition, $0.offset) < ($1.element.repetition, $1.offset)
    }.map(\.element)
  }

  /// Returns for each run the indices of its repetitions in the collection.
  private static func repetitions(of runs: [RunArchive]) -> [[Int: Int]] {
    let own = runs.map { Set(($0.results.run?.stages ?? []).map(\.repetition)) }
    let seeds = runs.map(\.results.seed)
    if Set(seeds).count == 1 {
      return own.map { Dictionary(uniqueKeysWithValues: $0.map { ($0, $0) }) }
    }
    var count = 0
    var numbers: [UInt64: [Int: Int]] = [:]
    for seed in Set(seeds).sorted() {
      let all = zip(seeds, own).reduce(into: Set<Int>()) { if $1.0 == seed { $0.formUnion($1.1) } }
      for index in all.sorted() {
        numbers[seed, default: [:]][index] = count
        count += 1
      }
    }
    return seeds.map { numbers[$0] ?? [:] }
  }

  /// Returns whether a stage is there already: one that runs share, such as a pretraining of which each has
  /// trained another classifier.
  ///
  /// - Throws: ``CollectionError`` if it is another training of the same repetition.
  private static func holds(
    _ stage: CollectedStage, among stages: [CollectedStage]
  ) throws(CollectionError) -> Bool {
    guard let known = stages.first(where: { $0.title == stage.title }) else { return false }
    if stage.scores == nil, known.record.weightsHash == stage.record.weightsHash { return true }
    throw .repeated(
      stage: stage.record.title, seed: stage.run.results.seed, run: stage.run.folder.relativePath,
      first: known.run.folder.relativePath)
  }

  private static func checkPhotographs(of stages: [CollectedStage]) throws(CollectionError) {
    let scored = stages.compactMap { stage in stage.evaluated.map { (stage.run, $0) } }
    guard let (first, known) = scored.first else { return }
    for (run, own) in scored.dropFirst() {
      guard own.classes == known.classes else {
        throw .different(
          what: "the classes of the scores", run: run.folder.relativePath,
          value: own.classes.joined(separator: ", ").shortened(to: 200), first: first.folder.relativePath,
          firstValue: known.classes.joined(separator: ", ").shortened(to: 200))
      }
      let rows = (own.rows, known.rows)
      guard rows.0 != rows.1 else { continue }
      let place = zip(rows.0, rows.1).enumerated().first { $1.0 != $1.1 }?.offset
      let at = place ?? min(rows.0.count, rows.1.count)
      let name = (own.photographs.dropFirst(at).first ?? known.photographs.dropFirst(at).first) ?? ""
      throw .otherPhotographs(
        run: run.folder.relativePath, first: first.folder.relativePath, photograph: name)
    }
  }
}

extension ScoredPhotographs {
  /// The photographs with patients and labels.
  fileprivate var rows: [[String]] {
    photographs.indices.map {
      [photographs[$0], predictions.patients[$0], classes[predictions.labels[$0]]]
    }
  }
}
