/// Contrastive pretraining with a queue of keys and a momentum encoder (He et al. 2020; its heads and views
/// as in Chen et al. 2020, "Improved baselines"): many negatives at a small batch. The queue and the momentum
/// are for thousands of photographs rather than a million.
///
/// Both views are queries and both are keys. There is no shuffled batch normalization, which needs several
/// machines.
public struct MoCo: PretrainingRecipe {
  public static let method = Pretraining(
    "moco", target: TargetNetwork(momentum: 0.99), loss: InfoNCE(queue: 4096, temperature: 0.2),
    optimizer: SGD(learningRate: 0.03, weightDecay: 1e-4))
  public let stage: Stage

  public init(stage: Stage) { self.stage = stage }
}
