import Recipes

/// The pretraining objectives of `--loss`, with the stage lines that they need.
enum Objective: String, CaseIterable {
  case ntxent, supcon, debiased, dcl, dclw, moco, byol, simsiam, barlow, vicreg, uniformity, triplet

  /// Returns the lines of a stage after its head.
  ///
  /// - Parameter width: The width of the embeddings.
  func lines(width: Int) -> [any StageComponent] {
    switch self {
    case .ntxent: [NTXent(temperature: 0.1)]
    case .supcon: [SupCon(temperature: 0.1)]
    case .debiased: [DebiasedNTXent(temperature: 0.1, prior: 0.04)]
    case .dcl: [DCL(temperature: 0.1)]
    case .dclw: [DCL(temperature: 0.1, sigma: 0.5)]
    case .moco: [TargetNetwork(momentum: 0.99), InfoNCE(queue: 4096, temperature: 0.2)]
    case .byol:
      [
        PredictionHead(hidden: [256], output: width), TargetNetwork(momentum: .cosine(from: 0.96, to: 1)),
        BYOLLoss(),
      ]
    case .simsiam: [Objective.fastPredictor(width: width), SimSiamLoss()]
    case .barlow: [BarlowTwinsLoss()]
    case .vicreg: [VICRegLoss()]
    case .uniformity: [AlignmentUniformity()]
    case .triplet: [TripletLoss()]
    }
  }

  /// Whether the head ends with a batch normalization. Losses of the columns' spread, or that predict
  /// embeddings, do without.
  var normalizesEmbeddings: Bool { ![.byol, .barlow, .vicreg].contains(self) }

  /// Without a target network the predictor has to keep up with the encoder; the paper does so by not
  /// decaying its learning rate.
  private static func fastPredictor(width: Int) -> PredictionHead {
    PredictionHead {
      Sequential {
        Linear(64, bias: false); BatchNorm(); ReLU(); Linear(width)
      }.trained(at: 10)
    }
  }
}
