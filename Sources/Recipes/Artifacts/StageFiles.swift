import Foundation

/// The paths of a run's files: one folder, with files named after their stages.
struct StageFiles {
  let folder: URL

  func weights(of plan: StagePlan) -> URL { file(plan, "safetensors") }
  /// The checkpoint of a training. Points of a search have one each, as they may be trained at the same time.
  func checkpoint(of plan: StagePlan) -> URL {
    file(plan, (plan.point == nil ? "" : plan.hash + ".") + StageFiles.checkpointSuffix)
  }
  func predictions(of plan: StagePlan) -> URL { file(plan, "predictions.safetensors") }
  func predictionTable(of plan: StagePlan) -> URL { file(plan, "predictions.csv") }
  func predictionTable(of name: String, _ repetition: Int) -> URL {
    folder.appending(path: StageFiles.stem(name, repetition, isClassifier: true) + ".predictions.csv")
  }
  func search(of plan: StagePlan) -> URL { file(plan, "search.json") }
  func calibration(of plan: StagePlan) -> URL { file(plan, "calibration.json") }
  func audit(of plan: StagePlan) -> AuditFiles { AuditFiles(in: file(plan, "audit")) }
  var results: URL { folder.appending(path: "results.json") }
  var history: URL { folder.appending(path: "history.jsonl") }
  var photographs: URL { folder.appending(path: "photographs.csv") }

  var page: URL { folder.appending(path: "report.html") }

  private static let checkpointSuffix = "checkpoint.safetensors"

  /// Removes the checkpoint of a finished training.
  func removeCheckpoint(of plan: StagePlan) { unlink(checkpoint(of: plan).path) }

  /// Removes the checkpoints of a finished stage, also of trainings with other settings.
  func removeCheckpoints(of plan: StagePlan) {
    let start = StageFiles.stem(of: plan) + "."
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(start) && name.hasSuffix(StageFiles.checkpointSuffix) {
      let middle = name.dropFirst(start.count).dropLast(StageFiles.checkpointSuffix.count)
      if middle.isEmpty || middle.wholeMatch(of: /[0-9a-f]{16}\./) != nil {
        unlink(folder.appending(path: name).path)
      }
    }
  }

  private func file(_ plan: StagePlan, _ suffix: String) -> URL {
    folder.appending(path: StageFiles.stem(of: plan) + "." + suffix)
  }

  /// The maximum length of a stem in bytes; the rest of the 255 bytes of a file name is for suffixes,
  /// including those of temporary files.
  static let longestStem = 200

  /// Returns the stem of a stage's file names: letters and digits of its name, with a suffix for classifiers,
  /// since a branch is often named after the stage it starts from.
  static func stem(of plan: StagePlan) -> String {
    stem(plan.stage.name, plan.stage.repetition, isClassifier: plan.parts.isClassifier)
  }

  private static func stem(_ name: String, _ repetition: Int, isClassifier: Bool) -> String {
    let words = name.lowercased().split { !($0.isLetter || $0.isNumber) }
    let number = repetition == 0 ? "" : ".\(repetition &+ 1)"
    let stem = (words.isEmpty ? "stage" : words.joined(separator: "-")) + number
    return isClassifier ? stem + ".classifier" : stem
  }
}
