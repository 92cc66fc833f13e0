/// A second network, encoder and head, whose weights are a moving average of those that are trained (He et
/// al. 2020, Grill et al. 2020): a line of a stage. Its embeddings are what a loss finds as `target`.
///
/// It begins as the trained network does. After each step `w <- momentum * w + (1 - momentum) * trained`; its
/// batch normalizations use the moments of the batch, as the trained ones do. It is kept in checkpoints and
/// left out of weight files.
public struct TargetNetwork: StageComponent {
  /// The share of its weights that a step keeps.
  public let momentum: Scheduled

  /// A target network of the given momentum.
  public init(momentum: Scheduled = .cosine(from: 0.99, to: 1)) {
    self.momentum = momentum
  }

  public var problems: [SettingProblem] { Check.scheduled("momentum", momentum, atLeast: 0, atMost: 1) }

  public var summary: String { "TargetNetwork(momentum: \(momentum))" }

  /// The scope of its variables.
  static let scope = "target"
}
