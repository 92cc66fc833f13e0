import Foundation

/// The history of a run: the events of `history.jsonl`, one JSON object a line, appended while it runs.
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

  /// Creates an empty history.
  public init() {}

  /// Reads a file; lines that cannot be read, such as one that was cut off by a full disk, are skipped. Empty
  /// if there is no file.
  ///
  /// - Parameter file: The file to read.
  public init(contentsOf file: URL) {
    guard let data = try? Foundation.Data(contentsOf: file) else { return }
    for line in data.split(separator: UInt8(ascii: "\n")) {
      if let event = RunEvent(json: line) ?? RunEvent(earlierJSON: line) { add(event) }
    }
  }

  mutating func add(_ event: RunEvent) {
    switch event {
    case .note, .step, .features, .exchange: break
    case .stageBegan(let began):
      chosen[began.stage] = .some(began.choice)
      trainings[Training(stage: began.stage, choice: began.choice)]?.removeAll { $0.epoch > began.finished }
    case .stageEnded(let stage, let choice, _, _): chosen[stage] = .some(choice)
    case .epoch(let epoch):
      let training = Training(stage: epoch.stage, choice: chosen[epoch.stage] ?? nil)
      if chosen[epoch.stage] == nil { chosen[epoch.stage] = .some(nil) }
      trainings[training, default: []].removeAll { $0.epoch >= epoch.epoch }
      trainings[training, default: []].append(epoch)
    case .beforeTraining(let stage, let accuracy, _): initial[stage] = accuracy
    case .probe(let stage, let accuracy): probes[stage] = accuracy
    case .warning(let stage, let text):
      let warning = Warning(stage: stage, text: text)
      if !warnings.contains(warning) { warnings.append(warning) }
    case .trial(let stage, let point, let score, let metric):
      trials.removeAll { $0.stage == stage && $0.point == point }
      trials.append(Trial(stage: stage, point: point, score: score, metric: metric))
    }
  }
}
