import Foundation

// The report of a run as a page.
extension PipelineRun {
  /// Writes the gallery of a run that has just ended, and its report. Results are there already, so what
  /// prevents either is a note.
  ///
  /// - Throws: `RunError` if the run is interrupted.
  func write(_ options: RunReport.Options, of plans: [StagePlan]) throws(RunError) {
    current = ("the report", nil)
    try endIfAsked()
    do {
      try writeGallery(of: plans, withPhotographs: !options.withoutPhotographs)
    } catch {
      try endIfAsked()
      report(.note(stage: nil, "The report shows no map and no photographs: \(error)"))
    }
    try endIfAsked()
    do {
      try RunReport(of: RunArchive(in: files.folder), options: options).write(to: files.page)
    } catch {
      report(.note(stage: nil, "The report could not be written: \(error)"))
    }
  }

  private func writeGallery(of plans: [StagePlan], withPhotographs: Bool) throws {
    guard let shown = Gallery.choice(of: plans).map({ plans[$0] }),
      Gallery.current(in: files.folder, of: shown, withPhotographs: withPhotographs) == nil,
      case .current(let found) = StoredTensors.find(files.weights(of: shown), hash: shown.hash),
      let weights = try StageWeights(found.stored, for: shown.keptVariables)
    else { return }
    try Gallery.make(
      of: shown, weights, scored: scores[shown.stage.title], on: dataset, withPhotographs: withPhotographs,
      workers: workers, interruption: interruption
    ).write(in: files.folder)
  }
}
