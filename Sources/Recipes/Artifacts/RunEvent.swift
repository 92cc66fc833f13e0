import Foundation

/// Something that happened in a run, for people (``line``), for scripts and for the files of the run.
public enum RunEvent: Sendable, Equatable {
  /// A note about the run, or about one of its stages.
  case note(stage: String?, String)
  /// A training, or its continuation after some finished epochs, begins.
  case stageBegan(StageBeginning)
  /// Steps of an epoch were trained. There is one after each step, and ``line`` has none of them.
  case step(StepProgress)
  /// Features of photographs were computed, for a stage that is trained on them. There is one before each
  /// batch and one at the end, and ``line`` has none of them.
  case features(stage: String, done: Int, total: Int)
  /// The accuracy of the initial weights, before training.
  case beforeTraining(stage: String, RepresentationAccuracy, isRandom: Bool)
  /// An epoch was trained and measured.
  case epoch(EpochRecord)
  /// The traffic of the ranks of a run in an epoch.
  case exchange(ExchangeRecord)
  /// The accuracy of a linear probe after training.
  case probe(stage: String, RepresentationAccuracy)
  /// Something about a training that needs attention, such as a collapse.
  case warning(stage: String, String)
  /// A point of a search was trained and scored on validation.
  case trial(stage: String, point: String, score: Double, metric: String)
  /// A stage is finished: trained in this run, or reused from an earlier one. `choice` is that of its search.
  case stageEnded(stage: String, choice: String?, seconds: Double, isReused: Bool)

  /// The event as a line of a log, without control characters; nil for steps, for features, and for the
  /// beginnings and ends of trainings.
  public var line: String? { sentence?.printable }

  private var sentence: String? {
    switch self {
    case .note(let stage, let sentence): stage.map { "\($0)  \(sentence)" } ?? sentence
    case .stageBegan, .step, .features, .stageEnded: nil
    case .beforeTraining(let stage, let accuracy, let isRandom):
      "\(stage)  before training  kNN \(accuracy.summary) with "
        + (isRandom ? "random weights" : "the earlier stage's weights")
    case .epoch(let record): record.line
    case .exchange(let record): record.line
    case .probe(let stage, let accuracy): "\(stage)  linear probe on validation \(accuracy.summary)"
    case .warning(let stage, let sentence): "\(stage)  \(sentence)"
    case .trial(let stage, let point, let score, let metric):
      "\(stage)  search  \(point)  " + String(format: "%.3f", score) + " \(metric) on validation"
    }
  }
}

/// The beginning of a stage's training.
public struct StageBeginning: Codable, Sendable, Equatable {
  /// The stage's title.
  public let stage: String
  /// The point of its search that is tried, if it has one.
  public let choice: String?
  /// Its index among the stages of the run.
  public let index: Int
  /// The number of stages of the run.
  public let stages: Int
  /// The epochs to train.
  public let epochs: Int
  /// The epochs that an earlier run has finished.
  public let finished: Int
  /// The steps of an epoch.
  public let steps: Int
}

/// The progress within an epoch.
public struct StepProgress: Sendable, Equatable {
  /// The stage's title.
  public let stage: String
  /// The epoch, from 1.
  public let epoch: Int
  /// The number of epochs.
  public let epochs: Int
  /// The finished steps of the epoch.
  public let step: Int
  /// The number of its steps.
  public let steps: Int
  /// The images that this run has processed in the epoch.
  public let images: Int
  /// The seconds that this run has spent on the epoch.
  public let seconds: Double
}

/// The measurements after an epoch.
public struct EpochRecord: Codable, Sendable, Equatable {
  /// The stage's title.
  public let stage: String
  /// The number of finished epochs.
  public let epoch: Int
  /// The number of epochs.
  public let epochs: Int
  /// The mean loss.
  public let loss: Double
  /// The loss of identical embeddings, for a contrastive stage.
  public let collapse: Double?
  /// The spread of the embeddings in the last batch.
  public let spread: EmbeddingSpread?
  /// The nearest-neighbor accuracy on validation.
  public let neighbors: RepresentationAccuracy?
  /// The validation metric of early stopping.
  public let validation: Double?
  /// The learning rate of the last step.
  public let rate: Double
  /// The images that this run has processed in the epoch, of which an earlier one may have trained a part.
  public let images: Int
  /// The seconds that this run has spent on the epoch.
  public let seconds: Double

  /// The line of a log.
  var line: String {
    var parts = ["\(stage)  epoch \(epoch)/\(epochs)", "loss " + String(format: "%.3f", loss)]
    if let collapse { parts[1] += String(format: " (collapse %.3f)", collapse) }
    if let spread { parts.append(spread.summary) }
    if let neighbors { parts.append("kNN \(neighbors.summary)") }
    if let validation { parts.append(String(format: "validation %.3f", validation)) }
    parts.append("rate " + String(format: "%.2g", rate))
    if images > 0 {
      parts.append(String(format: "%.0f images/s", Double(images) / max(seconds, 1e-9)))
      parts.append(String(format: "%.1f s", seconds))
    }
    return parts.joined(separator: "  ")
  }
}
