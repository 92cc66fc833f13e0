import Foundation

// The record of a run.
extension PipelineRun {
  /// Returns the record of a run that has just ended.
  ///
  /// - Throws: `WeightsError` if a weight file cannot be read any more.
  func record(of plans: [StagePlan], _ reports: [StageReport], from start: Date) throws -> RunRecord {
    let stages = try zip(plans, reports).map { plan, report in
      RunRecord.Stage(
        title: plan.stage.title, name: plan.stage.name, repetition: plan.stage.repetition,
        predecessor: plan.stage.predecessor?.title, input: plan.stage.input.summary,
        lines: pipeline.summaries(of: plan.stage), isClassifier: plan.parts.isClassifier,
        collapse: plan.collapse, choice: plan.point?.description, parameters: plan.trainedParameters,
        weights: report.weights.lastPathComponent,
        predictions: plan.isScored ? files.predictionTable(of: plan).lastPathComponent : nil,
        weightsHash: try SafeTensors.read(report.weights).fingerprint, seconds: report.seconds,
        isReused: report.isReused)
    }
    return RunRecord(
      pipeline: pipeline.name, made: Provenance.current.text, command: origin.command,
      settings: origin.settings, began: start.formatted(.iso8601), ended: Date().formatted(.iso8601),
      size: plan.size, stages: stages,
      data: dataset.record(fingerprint: plan.fingerprint, leavingOut: origin.leftOut),
      host: .current(threads: workers.count), ranks: ranks?.record)
  }
}

extension StagePlan {
  /// Whether it is a classifier that is scored.
  fileprivate var isScored: Bool { parts.isClassifier && parts.evaluate != nil }

  /// The number of parameters that it trains.
  fileprivate var trainedParameters: Int {
    step.graph.variables.filter(\.isTrained).reduce(0) { $0 + $1.type.shape.count }
  }
}

extension Dataset {
  /// Returns the record of its photographs.
  fileprivate func record(
    fingerprint: String, leavingOut leftOut: [RunRecord.LeftOut]
  ) -> RunRecord.Data {
    RunRecord.Data(
      source: source, fingerprint: fingerprint, channels: channels, classes: classes,
      splits: Split.allCases.map { split in
        let counts = counts(in: split)
        return RunRecord.SplitCount(
          split: split, photographs: counts.photographs, patients: counts.patients, labelled: counts.labelled)
      },
      attributes: columns, leftOut: leftOut)
  }
}
