import Foundation

/// The state of a training between two steps: everything that the next one depends on.
struct TrainingState {
  var place = TrainingPlace()
  var history = StageHistory()
  /// All variables, including the optimizer's.
  var weights: StageWeights
  /// The best weights so far, in a training with validation.
  var best: StageWeights?
  /// The photographs that could not be read.
  var damaged: [DamagedPhotograph] = []

  /// The state before the first step.
  init(_ initial: StageWeights) { weights = initial }

  /// Returns the state with the initial weights of what the training does not change.
  func completed(by initial: StageWeights) -> TrainingState {
    var state = self
    state.weights = initial.joined(with: weights)
    state.best = best.map(initial.joined)
    return state
  }

  init(
    _ place: TrainingPlace, _ history: StageHistory, _ weights: StageWeights, best: StageWeights?,
    damaged: [DamagedPhotograph]
  ) {
    (self.place, self.history, self.weights) = (place, history, weights)
    (self.best, self.damaged) = (best, damaged)
  }
}

/// The checkpoint of a training in a file. It has what a training changes: of a stage that is trained on
/// features, not the encoder.
struct CheckpointFile {
  let file: URL
  let plan: StagePlan

  /// The result of reading the file.
  enum Finding {
    case absent
    /// A state that the run cannot go on from, with the reason for the user.
    case unusable(String)
    case state(TrainingState)
  }

  // No variable's path starts with it.
  private static let bestPrefix = "best:"

  private var variables: [Variable] { plan.trainedVariables }
  private var keptVariables: [Variable] { variables.filter { $0.role != .memory } }

  /// Writes a state.
  func write(_ state: TrainingState) throws {
    let present = state.weights.tensors(of: variables)
    let kept = state.best?.tensors(of: keptVariables, prefix: CheckpointFile.bestPrefix) ?? []
    let stored = StoredTensors(
      tensors: present + kept, hash: plan.hash, damaged: state.damaged,
      notes: ["loupe.place": try state.place.encoded(), "loupe.history": try state.history.encoded()])
    try stored.write(to: file)
  }

  /// Reads the state that an interrupted run of the same stage has left, if going on from it would give the
  /// same bits.
  func read(strict isStrict: Bool) -> Finding {
    switch StoredTensors.find(file, hash: plan.hash) {
    case .absent: return .absent
    case .unusable(let reason): return .unusable(reason)
    case .current(let found):
      let ours = Provenance.current
      if found.provenance != ours {
        return .unusable(
          "\(file.path) is of \(found.provenance.text), and would not go on to the same bits with \(ours.text)."
        )
      }
      if isStrict, !found.damaged.isEmpty {
        return .unusable(
          "\(file.path) is of a run that has passed over photographs, which a strict one does not.")
      }
      guard let state = state(of: found) else {
        return .unusable("\(file.path) lacks a part of the state.")
      }
      return .state(state)
    }
  }

  // Nil if it is not complete.
  private func state(of found: StoredTensors.Found) -> TrainingState? {
    let stored = found.stored
    guard let place = stored.metadata["loupe.place"].flatMap({ TrainingPlace(decoding: $0) }),
      let history = stored.metadata["loupe.history"].flatMap({ StageHistory(decoding: $0) }),
      place.isWithin(epochs: plan.optimize.epochs, steps: plan.samples.batchesPerEpoch),
      history.losses.count == place.epochs, let weights = try? StageWeights(stored, for: variables)
    else { return nil }
    let best = try? StageWeights(stored, for: keptVariables, prefix: CheckpointFile.bestPrefix)
    if plan.parts.stopping != nil, best == nil, !history.validation.isEmpty { return nil }
    return TrainingState(place, history, weights, best: best, damaged: found.damaged)
  }
}
