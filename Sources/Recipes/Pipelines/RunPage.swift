import Foundation

// The report of a run as a page.
extension PipelineRun {
  /// Writes the gallery of a run that has just ended, and its report. Results are there already, so what
  /// prevents either is a note.
  ///
  /// - Returns: The file of the report; nil if it could not be written.
  /// - Throws: `RunError` if the run is interrupted.
  func write(_ options: RunReport.Options, of plans: [StagePlan]) throws(RunError) -> URL? {
    current = ("the report", nil)
    try endIfAsked()
    func note(_ sentence: String) { report(.note(stage: nil, sentence)) }
    if let shown = Gallery.choice(of: plans).map({ plans[$0] }) {
      Gallery.renew(
        in: files.folder, of: shown, { try storedWeights(of: shown) }, scored: scores[shown.stage.title],
        on: dataset,
        withPhotographs: !options.withoutPhotographs, workers: workers, interruption: interruption, note: note
      )
    }
    try endIfAsked()
    do {
      try RunReport(of: RunArchive(in: files.folder), options: options).write(to: files.page)
      return files.page
    } catch {
      note("The report could not be written: \(error)")
      return nil
    }
  }

  private func storedWeights(of plan: StagePlan) throws -> StageWeights? {
    guard case .current(let found) = StoredTensors.find(files.weights(of: plan), hash: plan.hash) else {
      return nil
    }
    return try StageWeights(found.stored, for: plan.keptVariables)
  }
}
