import Foundation

extension RunEvent {
  /// Reads a line of `history.jsonl` as versions before 1.0 wrote it; nil for any other.
  init?(earlierJSON line: Data) {
    guard let event = try? JSONDecoder().decode(EarlierEvent.self, from: line).runEvent else { return nil }
    self = event
  }
}

/// One line of the file. Exactly one property is set.
private struct EarlierEvent: Decodable {
  let began: StageBeginning?
  let ended: Choice?
  let epoch: EpochRecord?
  let initial: Accuracy?
  let probe: Accuracy?
  let warning: RunHistory.Warning?
  let trial: RunHistory.Trial?

  /// The choice of a stage's search.
  struct Choice: Decodable {
    let stage: String
    let choice: String?
  }

  /// An accuracy of a stage.
  struct Accuracy: Decodable {
    let stage: String
    let accuracy: RepresentationAccuracy
  }

  /// The event. What the line does not say of it, and a history does not need, is 0 or false.
  var runEvent: RunEvent? {
    if let began { return .stageBegan(began) }
    if let ended { return .stageEnded(stage: ended.stage, choice: ended.choice, seconds: 0, isReused: false) }
    if let epoch { return .epoch(epoch) }
    if let initial { return .beforeTraining(stage: initial.stage, initial.accuracy, isRandom: false) }
    if let probe { return .probe(stage: probe.stage, probe.accuracy) }
    if let warning { return .warning(stage: warning.stage, warning.text) }
    return trial.map { .trial(stage: $0.stage, point: $0.point, score: $0.score, metric: $0.metric) }
  }
}
