/// A momentum encoder: a second network, encoder and head, with a moving average of the trained weights (He
/// et al. 2020, Grill et al. 2020). A line of a stage. A loss reads its embeddings as `target`.
///
/// It starts equal to the trained network. After each step `w <- momentum * w + (1 - momentum) * trained`;
/// its batch normalizations use the moments of the batch, like the trained ones. It is saved in checkpoints
/// but not in weight files.
public struct TargetNetwork: StageComponent {
  /// The momentum.
  public let momentum: Scheduled

  /// Creates a target network with the given momentum.
  ///
  /// - Parameter momentum: The momentum.
  public init(momentum: Scheduled = .cosine(from: 0.99, to: 1)) {
    self.momentum = momentum
  }

  public var problems: [SettingProblem] { Check.scheduled("momentum", momentum, atLeast: 0, atMost: 1) }

  public var summary: String { "TargetNetwork(momentum: \(momentum))" }

  /// The scope of its variables.
  static let scope = "target"
}

extension GraphBuilder {
  /// Moves a target network towards what the step makes of the network that it follows.
  func move(_ target: TargetNetwork) {
    moveAverages(in: TargetNetwork.scope, keeping: target.momentum, named: "momentum")
  }
}
