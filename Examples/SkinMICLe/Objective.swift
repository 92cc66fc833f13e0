import Recipes

/// The pretraining objectives of `--loss`, with the views, the head and the stage lines that they need.
enum Objective: String, CaseIterable {
  case ntxent, supcon, debiased, dcl, dclw, moco, mocov3, byol, simsiam, dino, barlow, vicreg, uniformity,
    triplet, mae

  /// Returns the objective of a stage. A masked autoencoder has no use for pairs: a stage that reads
  /// `.patients` has NT-Xent, and goes on from its encoder.
  func on(_ selection: Selection) -> Objective {
    self == .mae && selection == .patients ? .ntxent : self
  }

  /// Returns the views of a stage: the usual ones and, for DINO, small crops of the same photograph, of which
  /// a masked autoencoder has one in its own colors. Those of `.patients` are of two photographs.
  func views(_ usual: Views, on selection: Selection) -> [Views] {
    switch self {
    case .dino where selection != .patients: [usual, usual.small(4)]
    case .mae: [usual.uncolored]
    default: [usual]
    }
  }

  /// Returns what a stage makes of the encoder: a masked autoencoder leaves out patches. Its transformer, and
  /// that of MoCo v3, has the positions and first weights of the papers, unless it is from a weight file.
  func layers(of encoder: any Layer) -> any Layer {
    guard [.mae, .mocov3].contains(self) else { return encoder }
    var layers = encoder
    if var transformer = encoder as? VisionTransformer {
      transformer.positions = .sineCosine
      layers = transformer.xavierInitialized()
    }
    return self == .mae ? layers.masked() : layers
  }

  /// Returns the head of a stage.
  ///
  /// - Parameters:
  ///   - hidden: The width of its hidden layers.
  ///   - width: The width of the embeddings.
  func head(hidden: Int, width: Int) -> any Layer {
    switch self {
    case .dino:
      DINOHead(hidden: [hidden, hidden], bottleneck: width, prototypes: 1024, normalizingHidden: true)
    case .mae: ReconstructionHead()
    default: ProjectionHead(hidden: [hidden], output: width, normalizingOutput: normalizesEmbeddings)
    }
  }

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
    case .mocov3:
      [
        PredictionHead { MoCoV3.head(hidden: [256], output: width) },
        TargetNetwork(momentum: .cosine(from: 0.96, to: 1)), MoCoV3Loss(temperature: 0.2),
      ]
    case .byol:
      [
        PredictionHead(hidden: [256], output: width), TargetNetwork(momentum: .cosine(from: 0.96, to: 1)),
        BYOLLoss(),
      ]
    case .simsiam: [Objective.fastPredictor(width: width), SimSiamLoss()]
    case .dino: [TargetNetwork(momentum: .cosine(from: 0.96, to: 1)), DINOLoss(centering: .sinkhornKnopp())]
    case .barlow: [BarlowTwinsLoss()]
    case .vicreg: [VICRegLoss()]
    case .uniformity: [AlignmentUniformity()]
    case .triplet: [TripletLoss()]
    case .mae: [ReconstructionError()]
    }
  }

  /// Whether the head ends with a batch normalization. Losses of the columns' spread, or that predict
  /// embeddings, do without.
  private var normalizesEmbeddings: Bool { ![.byol, .barlow, .vicreg].contains(self) }

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

extension Views {
  /// One view that is the same but for changes of colors and blur, which a reconstruction would be of.
  fileprivate var uncolored: Views {
    Views(1) {
      for augmentation in augmentations
      where !(augmentation is ColorJitter) && !(augmentation is GaussianBlur) { augmentation }
    }
  }

  /// Returns so many smaller views of half the size, which are the same but for the area of their crops: a
  /// twentieth of the photograph up to the smallest of these.
  fileprivate func small(_ count: Int) -> Views {
    Views(count, share: 0.5) {
      for augmentation in augmentations {
        if let crop = augmentation as? RandomResizedCrop {
          RandomResizedCrop(area: 0.05...crop.area.lower)
        } else {
          augmentation
        }
      }
    }
  }
}
