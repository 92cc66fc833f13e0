import Foundation

/// A stage of a run in a collection, with its number among the repetitions of all runs.
struct CollectedStage {
  /// The run that trained it.
  let run: RunArchive
  /// Its record in that run.
  let record: RunRecord.Stage
  /// The index of the repetition in the collection.
  let repetition: Int
  /// The indices of the run's repetitions in the collection.
  let repetitions: [Int: Int]
  /// A classifier's scores.
  let scores: ScoredPhotographs?

  /// The title in the collection.
  var title: String { Stage.title(record.name, repetition) }

  /// The scores of the evaluated photographs.
  var evaluated: ScoredPhotographs? { scores?.part(of: record.evaluated) }

  /// Returns the record in the collection, with the path of the weights in place of their name.
  func record(in files: StageFiles) -> RunRecord.Stage {
    let predecessor = run.results.run?.stages.first { $0.title == record.predecessor }
    return RunRecord.Stage(
      title: title, name: record.name, repetition: repetition,
      predecessor: predecessor.map { Stage.title($0.name, repetitions[$0.repetition] ?? $0.repetition) },
      input: record.input, lines: record.lines, isClassifier: record.isClassifier, collapse: record.collapse,
      choice: record.choice, parameters: record.parameters,
      weights: run.folder.appending(path: record.weights).relativePath,
      predictions: scores.map { _ in files.predictionTable(of: record.name, repetition).lastPathComponent },
      weightsHash: record.weightsHash, seconds: record.seconds, isReused: record.isReused)
  }
}
