/// The reason that runs cannot be evaluated together.
public enum CollectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no run.
  case noRuns
  /// A run has no record of its stages, as it was made by an earlier version.
  case noRecord(run: String)
  /// No stage of a run is a classifier with scores.
  case noClassifier(run: String)
  /// The table of a classifier's scores is missing.
  case noScores(run: String, stage: String)
  /// Two runs differ in something other than seed and repetition.
  case different(what: String, run: String, value: String, first: String, firstValue: String)
  /// The classifiers of two runs have other evaluated photographs, patients or labels.
  case otherPhotographs(run: String, first: String, photograph: String)
  /// Two runs have the same repetition.
  case repeated(stage: String, seed: UInt64, run: String, first: String)
  /// The folder to write to is that of a run.
  case folderOfRun(String)

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .noRuns: "There is no run to collect; name the folders of some."
    case .noRecord(let run):
      "\(run) is a run of an earlier version, which recorded neither its stages nor its settings; make it "
        + "again."
    case .noClassifier(let run):
      "\(run) has no classifier with scores, so there is nothing to evaluate in it."
    case .noScores(let run, let stage):
      "\(run) has not the table of the scores of \"\(stage)\"; start the run again, which writes it."
    case .different(let what, let run, let value, let first, let firstValue):
      "\(run) does not belong with \(first): in \(what) it has \(value), the other \(firstValue). Only the "
        + "seed and the repetition may differ."
    case .otherPhotographs(let run, let first, let photograph):
      "\(run) does not belong with \(first): the evaluated photographs, their patients or labels differ, "
        + "first at \(photograph). Make the runs with the same splits, of the same files."
    case .repeated(let stage, let seed, let run, let first):
      "\(run) and \(first) both have \"\(stage)\" with seed \(seed): name each repetition once."
    case .folderOfRun(let folder):
      "\(folder) is the folder of one of the runs, whose results would be lost; name another one to write to."
    }
  }
}
