import Foundation

/// The disk space of a run's stages, computed before they run.
struct RunStorage {
  /// The peak, in bytes.
  let total: Int
  /// The size of the largest file.
  let largestFile: Int

  init(total: Int, largestFile: Int) {
    self.total = total
    self.largestFile = largestFile
  }

  /// Computes the space of stages: the weights of each, plus a checkpoint of each training that goes on, plus
  /// one, as the new one is written before the old one is removed.
  ///
  /// - Parameter atOnce: The trainings that go on at the same time.
  init(of stages: [StagePlan], atOnce: Int = 1) {
    let weights = stages.map { RunStorage.bytes($0.keptVariables) }
    let checkpoints = stages.map { stage in
      RunStorage.bytes(stage.trainedVariables)
        + (stage.parts.stopping == nil
          ? 0 : RunStorage.bytes(stage.trainedVariables.filter { $0.role != .memory }))
    }
    self.init(
      total: weights.reduce(0, +) + (atOnce + 1) * (checkpoints.max() ?? 0),
      largestFile: (weights + checkpoints).max() ?? 0)
  }

  /// Returns why the stages cannot run in a folder; nil if they can.
  func refusal(in folder: URL) -> String? {
    if let limit = FileSizeLimit.bytes, limit < largestFile {
      return
        "The run writes files of up to \(SystemMemory.text(largestFile)), but this process may write files of at "
        + "most \(SystemMemory.text(limit)); raise the limit (ulimit -f)."
    }
    guard let free = DiskSpace(at: folder)?.bytes, free < total else { return nil }
    return "The weights and checkpoints of the run need \(SystemMemory.text(total)) in \(folder.path), but "
      + "\(SystemMemory.text(free)) are free on its disk; make room or name another folder."
  }

  // Besides its values, a tensor's name, shape and offsets take a few hundred bytes.
  private static func bytes(_ variables: [Variable]) -> Int {
    variables.reduce(4096) { $0 + $1.type.byteCount + $1.path.utf8.count + 200 }
  }
}
