import Foundation

extension TrainingRun {
  /// When and where the training state is saved, and when the training ends early.
  struct Checkpointing {
    /// The longest training time within an epoch between checkpoints.
    let interval: Duration
    /// Stores a state.
    let save: (TrainingState) throws -> Void
    /// The request to end the process, which is told whether there are unsaved steps.
    let interruption: Interruption
    /// Returns whether the training has to end; asked between two steps.
    let isAsked: () -> Bool

    init(
      every interval: Duration, interruption: Interruption, isAsked: (() -> Bool)? = nil,
      save: @escaping (TrainingState) throws -> Void
    ) {
      self.interval = interval
      self.interruption = interruption
      self.isAsked = isAsked ?? { interruption.isRequested }
      self.save = save
    }
  }
}
