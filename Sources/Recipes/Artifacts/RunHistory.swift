import Foundation

/// The history of a run: the entries of `history.jsonl`, one JSON object a line, appended while it runs.
///
/// An interrupted run may repeat the measurement of an epoch; the last one counts. A training that begins
/// anew discards the epochs of an earlier one.
public struct RunHistory: Sendable, Equatable {
  /// The measurements of each stage in the order of epochs, by title: of a stage with a search, those of the
  /// chosen point, or of the one tried last if the choice is not known yet.
  public var epochs: [String: [EpochRecord]] {
    chosen.reduce(into: [:]) { $0[$1.key] = trainings[Training(stage: $1.key, choice: $1.value)] }
  }
  /// The accuracy before training, by the stage's title.
  public private(set) var initial: [String: RepresentationAccuracy] = [:]
  /// The accuracy of the linear probe after training, by the stage's title.
  public private(set) var probes: [String: RepresentationAccuracy] = [:]
  /// The warnings in order, each once.
  public private(set) var warnings: [Warning] = []
  /// The tried points of searches in order.
  public private(set) var trials: [Trial] = []

  private var trainings: [Training: [EpochRecord]] = [:]
  /// The point of each stage's search, or nil without one.
  private var chosen: [String: String?] = [:]

  /// A training of a stage, at a point of its search.
  private struct Training: Hashable {
    let stage: String
    let choice: String?
  }

  /// A warning about a training.
  public struct Warning: Codable, Sendable, Equatable {
    public let stage: String
    public let text: String
  }

  /// A tried point of a search.
  public struct Trial: Codable, Sendable, Equatable {
    public let stage: String
    public let point: String
    public let score: Double
    public let metric: String
  }

  /// One line of the file. Exactly one property is set.
  struct Entry: Codable {
    var began: StageBeginning?
    var ended: Choice?
    var epoch: EpochRecord?
    var initial: Accuracy?
    var probe: Accuracy?
    var warning: Warning?
    var trial: Trial?
    var time: String?
  }

  /// The choice of a stage's search.
  struct Choice: Codable {
    let stage: String
    let choice: String?
  }

  /// An accuracy of a stage.
  struct Accuracy: Codable {
    let stage: String
    let accuracy: RepresentationAccuracy
  }

  /// Creates an empty history.
  public init() {}

  /// Reads a file; lines that cannot be read, such as one that was cut off by a full disk, are skipped. Empty
  /// if there is no file.
  public init(contentsOf file: URL) {
    guard let data = try? Foundation.Data(contentsOf: file) else { return }
    let decoder = JSONDecoder()
    for line in data.split(separator: UInt8(ascii: "\n")) {
      if let entry = try? decoder.decode(Entry.self, from: line) { add(entry) }
    }
  }

  mutating func add(_ entry: Entry) {
    if let began = entry.began {
      chosen[began.stage] = .some(began.choice)
      trainings[Training(stage: began.stage, choice: began.choice)]?.removeAll { $0.epoch > began.finished }
    }
    if let ended = entry.ended { chosen[ended.stage] = .some(ended.choice) }
    if let epoch = entry.epoch {
      let training = Training(stage: epoch.stage, choice: chosen[epoch.stage] ?? nil)
      if chosen[epoch.stage] == nil { chosen[epoch.stage] = .some(nil) }
      trainings[training, default: []].removeAll { $0.epoch >= epoch.epoch }
      trainings[training, default: []].append(epoch)
    }
    if let initial = entry.initial { self.initial[initial.stage] = initial.accuracy }
    if let probe = entry.probe { probes[probe.stage] = probe.accuracy }
    if let warning = entry.warning, !warnings.contains(warning) { warnings.append(warning) }
    if let trial = entry.trial {
      trials.removeAll { $0.stage == trial.stage && $0.point == trial.point }
      trials.append(trial)
    }
  }
}

extension RunHistory.Entry {
  /// The entry of an event; nil for those that are not stored.
  init?(_ event: RunEvent, at time: Date = Date()) {
    switch event {
    case .note, .step: return nil
    case .stageBegan(let beginning): began = beginning
    case .stageEnded(let stage, let choice, _, _): ended = .init(stage: stage, choice: choice)
    case .epoch(let record): epoch = record
    case .beforeTraining(let stage, let accuracy, _): initial = .init(stage: stage, accuracy: accuracy)
    case .probe(let stage, let accuracy): probe = .init(stage: stage, accuracy: accuracy)
    case .warning(let stage, let text): warning = .init(stage: stage, text: text)
    case .trial(let stage, let point, let score, let metric):
      trial = .init(stage: stage, point: point, score: score, metric: metric)
    }
    self.time = time.formatted(.iso8601)
  }
}
