import Foundation

extension RunEvent {
  /// Returns the event as a JSON object in one line, for scripts and for `history.jsonl`. `event` says which
  /// it is, `time` is when it happened (ISO 8601, UTC), `stage` is the title of the stage, and the other
  /// members are:
  ///
  /// - `note`: `text`; without `stage` where it is about the run.
  /// - `stageBegan`: `index` from 0, `stages`, `epochs`, `finished` epochs, `steps` of an epoch; `choice` for
  ///   a point of a search.
  /// - `step`: `epoch` from 1, `epochs`, `step` from 1, `steps`, `images` and `seconds` of the epoch.
  /// - `features`: `done` and `total` photographs.
  /// - `beforeTraining`, `probe`: `top1` and `balanced` accuracy; `isRandom` before training.
  /// - `epoch`: `epoch`, `epochs`, `loss`, `rate`, `images`, `seconds`, and where they are measured
  ///   `collapse`, `deviation`, `effectiveRank`, `possibleRank`, `top1`, `balanced` and `validation`.
  /// - `exchange`: `epoch`, the seconds in which each rank was `computing`, and of the first rank the `bytes`
  ///   sent and the seconds `inFlight` and `waiting`.
  /// - `warning`: `text`.
  /// - `trial`: `point`, `score`, `metric`.
  /// - `stageEnded`: `seconds`, `isReused`; `choice` after a search.
  ///
  /// A number that is not finite is the text `nan`, `inf` or `-inf`.
  ///
  /// - Parameter time: When the event happened; now by default.
  public func json(at time: Date = Date()) -> String {
    EventMembers(of: self, at: time).json
  }

  /// Reads a line that ``json(at:)`` has made; nil for any other.
  init?(json line: Data) {
    guard let event = EventMembers(json: line)?.runEvent else { return nil }
    self = event
  }

  /// Returns a line that ``json(at:)`` has made with another title of its stage; nil for any other, or for a
  /// stage without one.
  static func json(_ line: Data, retitling titles: [String: String]) -> String? {
    guard var members = EventMembers(json: line), let title = members.stage.flatMap({ titles[$0] }) else {
      return nil
    }
    members.stage = title
    return members.json
  }
}

/// The members of an event's object; nil for those that it has not.
private struct EventMembers: Codable {
  let event: String
  var time: String?
  var stage: String?
  var text: String?
  var index: Int?
  var stages: Int?
  var epoch: Int?
  var epochs: Int?
  var finished: Int?
  var step: Int?
  var steps: Int?
  var images: Int?
  var done: Int?
  var total: Int?
  var seconds: Double?
  var loss: Double?
  var rate: Double?
  var collapse: Double?
  var deviation: Double?
  var effectiveRank: Double?
  var possibleRank: Int?
  var top1: Double?
  var balanced: Double?
  var validation: Double?
  var choice: String?
  var point: String?
  var score: Double?
  var metric: String?
  var isRandom: Bool?
  var isReused: Bool?
  var computing: [Double]?
  var bytes: Int?
  var inFlight: Double?
  var waiting: Double?

  private init(event: String, stage: String?, text: String? = nil) {
    (self.event, self.stage, self.text) = (event, stage, text)
  }
}

// Writing.
extension EventMembers {
  var json: String {
    let encoder = JSONEncoder.stable
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let data = try? encoder.encode(self)
    return String(decoding: data ?? Data("{}".utf8), as: UTF8.self)
  }

  init(of event: RunEvent, at time: Date) {
    self.init(of: event)
    self.time = time.formatted(.iso8601)
  }

  private init(of event: RunEvent) {
    switch event {
    case .note(let stage, let text): self.init(event: "note", stage: stage, text: text)
    case .warning(let stage, let text): self.init(event: "warning", stage: stage, text: text)
    case .stageBegan(let began):
      self.init(event: "stageBegan", stage: began.stage)
      choice = began.choice
      (index, stages) = (began.index, began.stages)
      (epochs, finished, steps) = (began.epochs, began.finished, began.steps)
    case .step(let progress):
      self.init(event: "step", stage: progress.stage)
      (epoch, epochs) = (progress.epoch, progress.epochs)
      (step, steps) = (progress.step, progress.steps)
      (images, seconds) = (progress.images, progress.seconds)
    case .features(let stage, let done, let total):
      self.init(event: "features", stage: stage)
      (self.done, self.total) = (done, total)
    case .beforeTraining(let stage, let accuracy, let isRandom):
      self.init(event: "beforeTraining", stage: stage)
      (top1, balanced, self.isRandom) = (accuracy.top1, accuracy.balanced, isRandom)
    case .probe(let stage, let accuracy):
      self.init(event: "probe", stage: stage)
      (top1, balanced) = (accuracy.top1, accuracy.balanced)
    case .epoch(let record): self.init(of: record)
    case .exchange(let record):
      self.init(event: "exchange", stage: record.stage)
      (epoch, computing, bytes) = (record.epoch, record.computing, record.bytes)
      (inFlight, waiting) = (record.inFlight, record.waiting)
    case .trial(let stage, let point, let score, let metric):
      self.init(event: "trial", stage: stage)
      (self.point, self.score, self.metric) = (point, score, metric)
    case .stageEnded(let stage, let choice, let seconds, let isReused):
      self.init(event: "stageEnded", stage: stage)
      self.choice = choice
      (self.seconds, self.isReused) = (seconds, isReused)
    }
  }

  private init(of record: EpochRecord) {
    self.init(event: "epoch", stage: record.stage)
    (epoch, epochs) = (record.epoch, record.epochs)
    (loss, rate, collapse) = (record.loss, record.rate, record.collapse)
    (images, seconds) = (record.images, record.seconds)
    (deviation, effectiveRank) = (record.spread?.deviation, record.spread?.effectiveRank)
    possibleRank = record.spread?.possibleRank
    (top1, balanced) = (record.neighbors?.top1, record.neighbors?.balanced)
    validation = record.validation
  }
}

// Reading.
extension EventMembers {
  init?(json line: Data) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let members = try? decoder.decode(EventMembers.self, from: line) else { return nil }
    self = members
  }

  /// The event; nil if a member is missing, or it is of another kind.
  var runEvent: RunEvent? {
    if event == "note" { return text.map { .note(stage: stage, $0) } }
    guard let stage else { return nil }
    switch event {
    case "warning": return text.map { .warning(stage: stage, $0) }
    case "stageBegan":
      guard let index, let stages, let epochs, let finished, let steps else { return nil }
      return .stageBegan(
        StageBeginning(
          stage: stage, choice: choice, index: index, stages: stages, epochs: epochs, finished: finished,
          steps: steps))
    case "step":
      guard let epoch, let epochs, let step, let steps, let images, let seconds else { return nil }
      return .step(
        StepProgress(
          stage: stage, epoch: epoch, epochs: epochs, step: step, steps: steps, images: images,
          seconds: seconds))
    case "features":
      guard let done, let total else { return nil }
      return .features(stage: stage, done: done, total: total)
    case "beforeTraining":
      guard let accuracy, let isRandom else { return nil }
      return .beforeTraining(stage: stage, accuracy, isRandom: isRandom)
    case "probe": return accuracy.map { .probe(stage: stage, $0) }
    case "epoch": return record(of: stage).map { .epoch($0) }
    case "exchange":
      guard let epoch, let computing, let bytes, let inFlight, let waiting else { return nil }
      return .exchange(
        ExchangeRecord(
          stage: stage, epoch: epoch, computing: computing, bytes: bytes, inFlight: inFlight, waiting: waiting
        ))
    case "trial":
      guard let point, let score, let metric else { return nil }
      return .trial(stage: stage, point: point, score: score, metric: metric)
    case "stageEnded":
      guard let seconds, let isReused else { return nil }
      return .stageEnded(stage: stage, choice: choice, seconds: seconds, isReused: isReused)
    default: return nil
    }
  }

  private func record(of stage: String) -> EpochRecord? {
    guard let epoch, let epochs, let loss, let rate, let images, let seconds else { return nil }
    return EpochRecord(
      stage: stage, epoch: epoch, epochs: epochs, loss: loss, collapse: collapse, spread: spread,
      neighbors: accuracy, validation: validation, rate: rate, images: images, seconds: seconds)
  }

  private var accuracy: RepresentationAccuracy? {
    guard let top1, let balanced else { return nil }
    return RepresentationAccuracy(top1: top1, balanced: balanced)
  }

  private var spread: EmbeddingSpread? {
    guard let deviation, let effectiveRank, let possibleRank else { return nil }
    return EmbeddingSpread(deviation: deviation, effectiveRank: effectiveRank, possibleRank: possibleRank)
  }
}
