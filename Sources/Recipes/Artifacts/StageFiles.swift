import Foundation

/// Where the files of a run lie: one folder, files named after their stages.
struct StageFiles {
  let folder: URL

  func weights(of plan: StagePlan) -> URL { file(plan, "safetensors") }
  func checkpoint(of plan: StagePlan) -> URL { file(plan, "checkpoint.safetensors") }
  func predictions(of plan: StagePlan) -> URL { file(plan, "predictions.safetensors") }
  func search(of plan: StagePlan) -> URL { file(plan, "search.json") }
  var results: URL { folder.appending(path: "results.json") }

  /// Removes the checkpoint of a stage that needs none any more.
  func removeCheckpoint(of plan: StagePlan) { unlink(checkpoint(of: plan).path) }

  private func file(_ plan: StagePlan, _ suffix: String) -> URL {
    folder.appending(path: StageFiles.stem(of: plan) + "." + suffix)
  }

  /// The most bytes that file systems have for a stem, of the 255 of a name: what follows it, and what goes
  /// around it while a file is written, has the others.
  static let longestStem = 200

  /// The beginning of a stage's file names: letters and digits of its name, and for a classifier that it is
  /// one, since a branch is often named after the stage it starts from.
  static func stem(of plan: StagePlan) -> String {
    let words = plan.stage.name.lowercased().split { !($0.isLetter || $0.isNumber) }
    let number = plan.stage.repetition == 0 ? "" : ".\(plan.stage.repetition + 1)"
    let stem = (words.isEmpty ? "stage" : words.joined(separator: "-")) + number
    if plan.parts.isClassifier { return stem + ".classifier" }
    return stem
  }
}
