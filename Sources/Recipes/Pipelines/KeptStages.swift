import Foundation

// The reuse of finished stages' weights.
extension PipelineRun {
  /// Returns the weights of a stage in its file, if it has them.
  func stored(_ plan: StagePlan) throws -> (StageWeights, StageHistory)? {
    let file = files.weights(of: plan)
    switch StoredTensors.find(file, hash: plan.hash) {
    case .absent: return nil
    case .unusable(let reason):
      note(plan, "is trained again: \(reason)")
      return nil
    case .current(let found):
      guard let weights = try StageWeights(found.stored, for: plan.keptVariables) else {
        note(plan, "is trained again: \(file.path) lacks weights of this network.")
        return nil
      }
      if dataset.isStrict, !found.damaged.isEmpty {
        note(
          plan,
          "is trained again: the run that wrote \(file.path) passed over photographs, which a "
            + "strict one does not.")
        return nil
      }
      if !written.contains(plan.hash) {
        note(plan, "is reused from \(file.path)\(difference(of: found.provenance))")
      }
      dataset.damaged.beginStage()
      dataset.damaged.take(found.damaged, in: dataset)
      let history = found.stored.metadata["loupe.history"].flatMap { StageHistory(decoding: $0) }
      return (weights, history ?? StageHistory())
    }
  }

  /// Returns a note about weights that a training now would not reproduce bit by bit.
  private func difference(of provenance: Provenance) -> String {
    let ours = Provenance.current
    if provenance == ours { return "" }
    return
      ", which was made by \(provenance.text); trained anew by \(ours.text), it would be rounded differently"
  }

  /// Writes the weights of a stage.
  func keep(_ result: TrainedStage, of plan: StagePlan) throws {
    var notes = plan.step.graph.inputNormalization.metadata
    notes.merge(try plan.step.graph.contents.architectureNotes) { $1 }
    notes["loupe.stage"] = plan.stage.title
    notes["loupe.seed"] = "\(seed)"
    notes["loupe.precision"] = plan.precision.rawValue
    notes["loupe.history"] = try result.history.encoded()
    notes.merge(try EncoderNames(plan.encoderVariables.map(\.path)).metadata) { $1 }
    notes.merge(try InputNotes(of: dataset, size: plan.size).metadata) { $1 }
    if plan.parts.isClassifier {
      let classifier = ClassifierNotes(
        of: dataset, size: plan.size, averagesFlips: plan.parts.evaluate?.averagesFlips ?? false)
      notes.merge(try classifier.metadata) { $1 }
    }
    let stored = StoredTensors(
      tensors: result.weights.tensors(of: plan.keptVariables), hash: plan.hash, damaged: result.damaged,
      notes: notes)
    try stored.write(to: files.weights(of: plan))
  }
}
