import Foundation

/// The history of a run: the entries of `history.jsonl`, one JSON object a line, appended while it runs.
///
/// An interrupted run may repeat the measurement of an epoch; the last one counts. A training that begins
/// anew discards the epochs of an earlier one.
public struct RunHistory: Sendable, Equatable {
  /// The measurements of each stage in the order of epochs, by title.
  public private(set) var epochs: [String: [EpochRecord]] = [:]
  /// The accuracy before training, by the stage's title.
  public private(set) var initial: [String: RepresentationAccuracy] = [:]
  /// The accuracy of the linear probe after training, by the stage's title.
  public private(set) var probes: [String: RepresentationAccuracy] = [:]
  /// The warnings in order, each once.
  public private(set) var warnings: [Warning] = []
  /// The tried points of searches in order.
  public private(set) var trials: [Trial] = []

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
    var epoch: EpochRecord?
    var initial: Accuracy?
    var probe: Accuracy?
    var warning: Warning?
    var trial: Trial?
    var time: String?
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
      epochs[began.stage] = epochs[began.stage]?.filter { $0.epoch <= began.finished }
    }
    if let epoch = entry.epoch {
      var own = epochs[epoch.stage, default: []]
      own.removeAll { $0.epoch >= epoch.epoch }
      epochs[epoch.stage] = own + [epoch]
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
    case .note, .step, .stageEnded: return nil
    case .stageBegan(let beginning): began = beginning
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
