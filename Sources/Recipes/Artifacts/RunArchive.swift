import Foundation

/// The files of a run, read back: for its report, and for other programs.
///
///     let run = try RunArchive(in: URL(filePath: "runs/skin"))
///     for branch in run.branches { print(branch.name, branch.repetitions.count) }
///
/// Files that an earlier version did not write are nil or empty.
public struct RunArchive: Sendable {
  /// A classifier with its scores.
  public struct Branch: Sendable {
    /// The name.
    public let name: String
    /// The scores of each repetition, on the same photographs in the same order.
    public let repetitions: [ScoredPhotographs]
  }

  /// The folder.
  public let folder: URL
  /// The results, with the record of the run.
  public let results: Results
  /// The measurements during training.
  public let history: RunHistory
  /// The photographs.
  public let photographs: PhotographTable?
  /// The branches with their predictions, in the order of the pipeline.
  public let branches: [Branch]
  /// The scores of each classifier by the title of its stage.
  let scores: [String: ScoredPhotographs]

  /// Reads the files in a folder.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: `FileError` or `CSVError` if `results.json` is missing, or a file cannot be read.
  public init(in folder: URL) throws {
    self.folder = folder
    let files = StageFiles(folder: folder)
    results = try Results(contentsOf: files.results)
    history = RunHistory(contentsOf: files.history)
    photographs =
      FileManager.default.fileExists(atPath: files.photographs.path)
      ? try PhotographTable(contentsOf: files.photographs) : nil
    var branches: [Branch] = []
    var scores: [String: ScoredPhotographs] = [:]
    for stage in results.run?.stages ?? [] {
      guard let name = stage.predictions else { continue }
      let file = folder.appending(path: name)
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      let scored = try ScoredPhotographs(contentsOf: file)
      scores[stage.title] = scored
      if let known = branches.firstIndex(where: { $0.name == stage.name }) {
        branches[known] = Branch(name: stage.name, repetitions: branches[known].repetitions + [scored])
      } else {
        branches.append(Branch(name: stage.name, repetitions: [scored]))
      }
    }
    self.branches = branches
    self.scores = scores
  }
}
