import Foundation

extension TrainingRun {
  /// When and where the training state is saved.
  struct Checkpointing {
    /// The checkpoint file, which an interrupted run may have left.
    let file: URL
    /// The longest training time within an epoch between checkpoints.
    let interval: Duration
    let interruption: Interruption
  }
}
