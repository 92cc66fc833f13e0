import Foundation

/// The events of trainings that go on at the same time.
///
/// They are recorded at once, so that a checkpoint has a history. Recorded events name their stage but not
/// the point of its search, which is that of the latest beginning; so points of one search begin again
/// whenever another one has been heard of. They are shown one training after another, those of other groups
/// when they have ended.
final class WaveLog {
  private let show: (RunEvent) -> Void
  private let record: (RunEvent) -> Void
  /// The latest training of each stage that was heard of, by title.
  private var latest: [String: ReadyTraining] = [:]
  private var beginnings: [ReadyTraining: StageBeginning] = [:]
  private var taken: [ReadyTraining: [RunEvent]] = [:]
  private var ended: [RunEvent] = []
  private var isShowing = false

  /// - Parameters:
  ///   - show: Receives events for people.
  ///   - record: Receives events for the history of the run.
  init(show: @escaping (RunEvent) -> Void, record: @escaping (RunEvent) -> Void) {
    (self.show, self.record) = (show, record)
  }

  /// Notes that the first rank's group begins a training.
  func begin() { isShowing = true }

  /// Notes that it has ended, and shows what has ended meanwhile.
  func end() {
    isShowing = false
    ended.forEach(show)
    ended = []
  }

  /// Reports an event of the first rank's group.
  func report(_ event: RunEvent, of training: ReadyTraining) {
    show(event)
    note(event, of: training)
  }

  /// Takes events of another group.
  func take(_ lines: [String], of training: ReadyTraining) {
    for event in lines.compactMap({ RunEvent(json: Data($0.utf8)) }) {
      note(event, of: training)
      taken[training, default: []].append(event)
    }
  }

  /// Shows what has been taken of a training.
  func end(_ training: ReadyTraining) {
    ended += taken.removeValue(forKey: training) ?? []
    if !isShowing { end() }
  }

  /// Shows what has been taken of trainings that have not ended.
  func finish() {
    for training in taken.keys.sorted(by: { $0.index < $1.index }) { end(training) }
  }

  private func note(_ event: RunEvent, of training: ReadyTraining) {
    switch event {
    case .note, .step, .features: return
    case .stageBegan(let beginning): beginnings[training] = beginning
    default:
      if let beginning = beginnings[training], latest[beginning.stage] != training {
        record(.stageBegan(beginning))
      }
    }
    if let beginning = beginnings[training] {
      latest[beginning.stage] = training
      if case .epoch(let epoch) = event { beginnings[training] = beginning.after(epoch.epoch) }
    }
    record(event)
  }
}

extension StageBeginning {
  /// Returns the beginning of the rest after some epochs.
  fileprivate func after(_ epochs: Int) -> StageBeginning {
    StageBeginning(
      stage: stage, choice: choice, index: index, stages: stages, epochs: self.epochs, finished: epochs,
      steps: steps)
  }
}
