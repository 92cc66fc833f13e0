import Foundation

extension RunEvent {
  /// The event as a JSON object in one line, for scripts. `event` says which it is, `stage` is the title of
  /// the stage, and the other members are:
  ///
  /// - `note`: `text`; without `stage` where it is about the run.
  /// - `stageBegan`: `index` from 0, `stages`, `epochs`, `finished` epochs, `steps` of an epoch; `choice` for
  ///   a point of a search.
  /// - `step`: `epoch` from 1, `epochs`, `step` from 1, `steps`, `images` and `seconds` of the epoch.
  /// - `beforeTraining`, `probe`: `top1` and `balanced` accuracy; `isRandom` before training.
  /// - `epoch`: `epoch`, `epochs`, `loss`, `rate`, `images`, `seconds`, and where they are measured
  ///   `collapse`, `deviation`, `effectiveRank`, `possibleRank`, `top1`, `balanced` and `validation`.
  /// - `warning`: `text`.
  /// - `trial`: `point`, `score`, `metric`.
  /// - `stageEnded`: `seconds`, `isReused`; `choice` after a search.
  ///
  /// A number that is not finite is the text `nan`, `inf` or `-inf`.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let data = try? encoder.encode(EventFields(of: self))
    return String(decoding: data ?? Data("{}".utf8), as: UTF8.self)
  }
}

/// The members of an event's object; nil for those that it has not.
private struct EventFields: Encodable {
  let event: String
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

  init(of event: RunEvent) {
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
    case .beforeTraining(let stage, let accuracy, let isRandom):
      self.init(event: "beforeTraining", stage: stage)
      (top1, balanced, self.isRandom) = (accuracy.top1, accuracy.balanced, isRandom)
    case .probe(let stage, let accuracy):
      self.init(event: "probe", stage: stage)
      (top1, balanced) = (accuracy.top1, accuracy.balanced)
    case .epoch(let record): self.init(of: record)
    case .trial(let stage, let point, let score, let metric):
      self.init(event: "trial", stage: stage)
      (self.point, self.score, self.metric) = (point, score, metric)
    case .stageEnded(let stage, let choice, let seconds, let isReused):
      self.init(event: "stageEnded", stage: stage)
      self.choice = choice
      (self.seconds, self.isReused) = (seconds, isReused)
    }
  }

  private init(event: String, stage: String?, text: String? = nil) {
    (self.event, self.stage, self.text) = (event, stage, text)
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
