/// Reports the events of one training.
struct Progress {
  let stage: String
  /// The point of its search, if it has one.
  let choice: String?
  /// The index of the stage, and the number of stages.
  let place: (index: Int, stages: Int)
  let report: (RunEvent) -> Void

  func note(_ sentence: String) { report(.note(stage: stage, sentence)) }

  func warning(_ sentence: String) { report(.warning(stage: stage, sentence)) }

  func began(epochs: Int, finished: Int, steps: Int) {
    report(
      .stageBegan(
        StageBeginning(
          stage: stage, choice: choice, index: place.index, stages: place.stages, epochs: epochs,
          finished: finished, steps: steps)))
  }
}
