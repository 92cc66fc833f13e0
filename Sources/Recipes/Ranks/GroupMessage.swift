import Distributed
import Foundation

/// A message between the first rank and the leader of another group, while groups train independent stages.
///
/// A leader is ready and is sent a training, whose checkpoints and result it sends back, with which it is
/// ready for the next one. The last message that it is sent is to rejoin the others or to stop, and its own
/// last one that it has left.
enum GroupMessage: Codable {
  /// To a leader: train from a state, which comes with it.
  case train(ReadyTraining, from: StateHeader, GroupSettings)
  /// To a leader: all are trained.
  case rejoin
  /// To a leader: the run ends early. It sends a last checkpoint before it leaves.
  case stop
  /// Of a leader: it has nothing to do.
  case ready
  /// Of a leader: a state to be saved, and what happened before.
  case checkpoint(StateHeader, events: [String])
  /// Of a leader: a training is complete, and its weights come with it.
  case trained(TrainedHeader, events: [String])
  /// Of a leader: its group cannot go on.
  case failed(rank: String, reason: String)
  /// Of a leader: it sends nothing more.
  case left

  /// A message and the values that come with it.
  struct Received {
    let sender: Int
    let message: GroupMessage
    let values: [Float]

    init(_ message: Mailbox.Message) throws {
      sender = message.sender
      self.message = try JSONDecoder().decode(GroupMessage.self, from: Data(message.header))
      values = message.values
    }
  }

  /// The settings of a run that the first rank alone is given.
  struct GroupSettings: Codable {
    /// The number of epochs between evaluations during pretraining.
    let interval: Int
    /// The longest time within an epoch between checkpoints, in seconds.
    let saving: Double
  }

  /// A state without its values.
  struct StateHeader: Codable {
    let place: TrainingPlace
    let history: StageHistory
    let damaged: [DamagedPhotograph]
    let hasBest: Bool

    init(_ state: TrainingState) {
      (place, history, damaged, hasBest) = (state.place, state.history, state.damaged, state.best != nil)
    }
  }

  /// The result of a training without its weights.
  struct TrainedHeader: Codable {
    let history: StageHistory
    let score: Double?
    let damaged: [DamagedPhotograph]
    let seconds: Double
  }
}

extension TrainingState {
  /// Returns the values of all variables and, behind them, of the best weights.
  func values(of plan: StagePlan) -> [Float] {
    weights.values(of: plan.step.graph.variables) + (best?.values(of: plan.keptVariables) ?? [])
  }

  /// Joins a state's parts.
  init(_ header: GroupMessage.StateHeader, _ values: [Float], of plan: StagePlan) {
    let variables = plan.step.graph.variables
    let weights = StageWeights(values[...], of: variables)
    let rest = values.dropFirst(variables.reduce(0) { $0 + $1.type.shape.count })
    self.init(
      header.place, header.history, weights,
      best: header.hasBest ? StageWeights(rest, of: plan.keptVariables) : nil, damaged: header.damaged)
  }
}

extension TrainedStage {
  /// The result without its weights.
  var header: GroupMessage.TrainedHeader {
    GroupMessage.TrainedHeader(history: history, score: score, damaged: damaged, seconds: seconds)
  }

  /// Joins a result's parts.
  init(_ header: GroupMessage.TrainedHeader, _ values: [Float], of plan: StagePlan) {
    self.init(
      weights: StageWeights(values[...], of: plan.keptVariables), history: header.history,
      score: header.score, damaged: header.damaged, seconds: header.seconds)
  }
}
