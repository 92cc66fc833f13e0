import Recipes
import Testing

/// A value with a setting that does not work, and the setting's name.
struct WrongSetting: Sendable, CustomTestStringConvertible {
  let value: any Checkable
  let setting: String
  let line: Int

  init(_ value: any Checkable, _ setting: String, line: Int = #line) {
    self.value = value
    self.setting = setting
    self.line = line
  }

  var testDescription: String { "\(type(of: value)) \(setting), line \(line)" }
}

private let huge = 1_000_000_000_000_000_000
private let tiny = 1e-60

/// The settings of every kind that recipes are made of: below, above, not a number, more than can be counted.
enum WrongSettings {
  static let layers: [WrongSetting] = [layers1, layers2, layers3].flatMap { $0 }

  private static let layers1: [WrongSetting] = [0, -1, huge, .max, .min].flatMap {
    (count: Int) -> [WrongSetting] in
    [
      WrongSetting(Linear(count), "outputs"),
      WrongSetting(Conv2D(count, kernel: 3), "channels"),
      WrongSetting(Conv2D(4, kernel: count), "kernel"),
      WrongSetting(Conv2D(4, kernel: 3, stride: count), "stride"),
      WrongSetting(Conv2D(4, kernel: 3, groups: count), "groups"),
      WrongSetting(AveragePool(count), "window"),
      WrongSetting(MaxPool(2, stride: count), "stride"),
      WrongSetting(BasicBlock(channels: count), "channels"),
      WrongSetting(Bottleneck(channels: 4, inner: count), "inner"),
      WrongSetting(Bottleneck(channels: count), "channels"),
      WrongSetting(ProjectionHead(hidden: [8, count]), "hidden"),
      WrongSetting(ProjectionHead(output: count), "output"),
      WrongSetting(DINOHead(hidden: [8, count]), "hidden"),
      WrongSetting(DINOHead(bottleneck: count), "bottleneck"),
      WrongSetting(DINOHead(prototypes: count), "prototypes"),
      WrongSetting(ClassificationHead(classes: count), "classes"),
      WrongSetting(ResNet(.tiny, width: count), "width"),
      WrongSetting(ReconstructionHead(width: count, heads: 1), "width"),
      WrongSetting(ReconstructionHead(depth: count), "depth"),
      WrongSetting(ReconstructionHead(heads: count), "heads"),
      WrongSetting(ResNet(.custom(blocks: [1, count], bottleneck: false)), "blocks"),
      WrongSetting(ResNet(.custom(blocks: [1], bottleneck: false, channels: count)), "channels"),
      WrongSetting(ResNet(.custom(blocks: [1], bottleneck: true, innerWidth: count)), "innerWidth"),
    ]
  }

  private static let layers2: [WrongSetting] = [-1, huge].flatMap { (count: Int) -> [WrongSetting] in
    [
      WrongSetting(Conv2D(4, kernel: 3, padding: count), "padding"),
      WrongSetting(AveragePool(2, padding: count), "padding"),
      WrongSetting(MaxPool(2, padding: .pixels(count)), "padding"),
    ]
  }

  private static let layers3: [WrongSetting] = [
    WrongSetting(ResNet(.resNet18, width: 1 << 19), "width"),
    WrongSetting(ResNet(.custom(blocks: [], bottleneck: false)), "blocks"),
    WrongSetting(ResNet(.custom(blocks: .init(repeating: 1, count: 70), bottleneck: false)), "width"),
    WrongSetting(ResNet(.custom(blocks: [1], bottleneck: false, innerWidth: 2)), "innerWidth"),
    WrongSetting(BatchNorm(momentum: -0.1), "momentum"),
    WrongSetting(BatchNorm(momentum: 1.5), "momentum"),
    WrongSetting(BatchNorm(epsilon: 0), "epsilon"),
    WrongSetting(BatchNorm(epsilon: -1e-5), "epsilon"),
    WrongSetting(BatchNorm(epsilon: tiny), "epsilon"),
    WrongSetting(BatchNorm(scale: .constant(.nan)), "scale"),
    WrongSetting(BatchNorm(scale: .normal(deviation: -1)), "scale"),
    WrongSetting(Dropout(1), "rate"),
    WrongSetting(Dropout(-0.1), "rate"),
    WrongSetting(DropPath(.nan), "rate"),
    WrongSetting(TransformerBlock(heads: 2, dropPath: 1), "dropPath"),
    WrongSetting(TransformerBlock(heads: 2, returning: 0), "returned"),
    WrongSetting(MultiHeadAttention(heads: 2, returning: -1), "returned"),
    WrongSetting(VisionTransformer(.tiny, dropPath: -1), "dropPath"),
    WrongSetting(
      VisionTransformer(.custom(channels: 6, depth: 1, heads: 2), positions: .sineCosine), "channels"),
    WrongSetting(VisionTransformer(.tiny).masked(0), "share"),
    WrongSetting(VisionTransformer(.tiny).masked(1), "share"),
    WrongSetting(VisionTransformer(.tiny).masked(.nan), "share"),
    WrongSetting(ReconstructionHead(width: 30, heads: 2), "width"),
    WrongSetting(ReconstructionHead(width: 32, heads: 3), "heads"),
    WrongSetting(Linear(3).trained(at: -1), "factor"),
    WrongSetting(Linear(3).trained(at: .infinity), "factor"),
    WrongSetting(Linear(3).named(""), "name"),
    WrongSetting(Linear(0).named("fc"), "outputs"),
    WrongSetting(Linear(0).frozen(), "outputs"),
    WrongSetting(Sequential { Linear(0) }, "outputs"),
    WrongSetting(Checkpoint { Conv2D(4, kernel: 0) }, "kernel"),
    WrongSetting(
      Residual {
        Conv2D(8, kernel: 1)
      } shortcut: {
        Conv2D(0, kernel: 1)
      }, "channels"),
    WrongSetting(Normalize(Normalization(mean: [], deviation: [])), "mean"),
    WrongSetting(Normalize(Normalization(mean: [.nan], deviation: [1])), "mean"),
    WrongSetting(Normalize(Normalization(mean: [0, 0, 0], deviation: [1])), "deviation"),
    WrongSetting(Normalize(Normalization(mean: [0], deviation: [0])), "deviation"),
    WrongSetting(Normalize(Normalization(mean: [0], deviation: [-1])), "deviation"),
    WrongSetting(ResNet(.tiny).pretrained(""), "weights"),
    WrongSetting(
      ResNet(.tiny).pretrained(
        "a.safetensors", normalization: Normalization(mean: [0], deviation: [.infinity])),
      "deviation"),
    WrongSetting(ResNet(.tiny, width: 0).pretrained("a.safetensors", normalization: .identity), "width"),
  ]

  static let losses: [WrongSetting] = [losses1, losses2, losses3].flatMap { $0 }

  private static let losses1: [WrongSetting] = [
    0, .constant(-0.1), .constant(.nan), .constant(.infinity), .constant(tiny), .linear(from: 0.5, to: 0),
    .cosine(from: .nan, to: 0.1), .warmup(from: 0, to: 0.1, over: 0.5), .warmup(from: 0.1, to: 0.2, over: 0),
    .warmup(from: 0.1, to: 0.2, over: 1.1), .warmup(from: 0.1, to: 0.2, over: .nan),
  ].flatMap { (temperature: Scheduled) -> [WrongSetting] in
    [
      WrongSetting(NTXent(temperature: temperature), "temperature"),
      WrongSetting(SupCon(temperature: temperature), "temperature"),
      WrongSetting(DCL(temperature: temperature), "temperature"),
      WrongSetting(DebiasedNTXent(temperature: temperature), "temperature"),
      WrongSetting(InfoNCE(temperature: temperature), "temperature"),
      WrongSetting(MoCoV3Loss(temperature: temperature), "temperature"),
      WrongSetting(DINOLoss(temperature: temperature), "temperature"),
      WrongSetting(DINOLoss(teacher: temperature), "teacher"),
    ]
  }

  private static let losses2: [WrongSetting] = [-1, .nan, .infinity].flatMap {
    (number: Double) -> [WrongSetting] in
    [
      WrongSetting(DCL(sigma: number), "sigma"),
      WrongSetting(DINOLoss(centering: .mean(momentum: number)), "centering"),
      WrongSetting(DebiasedNTXent(prior: number), "prior"),
      WrongSetting(BarlowTwinsLoss(lambda: number), "lambda"),
      WrongSetting(VICRegLoss(invariance: number), "invariance"),
      WrongSetting(VICRegLoss(variance: number), "variance"),
      WrongSetting(VICRegLoss(covariance: number), "covariance"),
      WrongSetting(AlignmentUniformity(alpha: number), "alpha"),
      WrongSetting(AlignmentUniformity(t: number), "t"),
      WrongSetting(AlignmentUniformity(weight: number), "weight"),
      WrongSetting(TripletLoss(margin: number), "margin"),
    ]
  }

  private static let losses3: [WrongSetting] = [
    WrongSetting(DCL(sigma: 0), "sigma"), WrongSetting(DebiasedNTXent(prior: 1), "prior"),
    WrongSetting(InfoNCE(queue: 0), "queue"), WrongSetting(InfoNCE(queue: -5), "queue"),
    WrongSetting(InfoNCE(queue: huge), "queue"),
    WrongSetting(DINOLoss(centering: .mean(momentum: 1.1)), "centering"),
    WrongSetting(DINOLoss(centering: .sinkhornKnopp(iterations: 0)), "centering"),
    WrongSetting(DINOLoss(centering: .sinkhornKnopp(iterations: -1)), "centering"),
    WrongSetting(DINOLoss(centering: .sinkhornKnopp(iterations: huge)), "centering"),
    WrongSetting(DINOLoss(globalViews: 0), "globalViews"),
    WrongSetting(DINOLoss(globalViews: -1), "globalViews"),
    WrongSetting(DINOLoss(globalViews: huge), "globalViews"),
    WrongSetting(DINOLoss(globalViews: .max), "globalViews"),
  ]

  static let augmentations: [WrongSetting] = [
    augmentations1, augmentations2, augmentations3, augmentations4, augmentations5, augmentations6,
  ].flatMap { $0 }

  private static let augmentations1: [WrongSetting] = [-0.1, 1.1, .nan, .infinity].flatMap {
    (share: Double) -> [WrongSetting] in
    [
      WrongSetting(RandomFlip(horizontal: share), "horizontal"),
      WrongSetting(RandomFlip(vertical: share), "vertical"),
      WrongSetting(RandomGrayscale(probability: share), "probability"),
      WrongSetting(GaussianBlur(probability: share), "probability"),
      WrongSetting(ColorJitter(strength: 1, probability: share), "probability"),
      WrongSetting(
        ColorJitter(brightness: 0, contrast: 0, saturation: 0, hue: share), "hue"),
      WrongSetting(CenterCrop(fraction: share), "fraction"),
    ]
  }

  private static let augmentations2: [WrongSetting] = [-0.1, .nan, .infinity].flatMap {
    (number: Double) -> [WrongSetting] in
    [
      WrongSetting(ColorJitter(brightness: number, contrast: 0, saturation: 0, hue: 0), "brightness"),
      WrongSetting(ColorJitter(brightness: 0, contrast: number, saturation: 0, hue: 0), "contrast"),
      WrongSetting(ColorJitter(brightness: 0, contrast: 0, saturation: number, hue: 0), "saturation"),
      WrongSetting(RandomRotation(degrees: number), "degrees"),
    ]
  }

  private static let augmentations3: [WrongSetting] = [
    (0, 1), (-0.5, 1), (0.5, 1.5), (0.9, 0.1), (0.1, .nan), (.nan, .nan),
  ].flatMap { (least: Double, most: Double) -> [WrongSetting] in
    [WrongSetting(RandomResizedCrop(area: least...most), "area")]
  }

  private static let augmentations4: [WrongSetting] = [(0, 1), (-1, 1), (2, 0.5), (1, .infinity), (1, 1e300)]
    .flatMap { (least: Double, most: Double) -> [WrongSetting] in
      [WrongSetting(RandomResizedCrop(aspect: least...most), "aspect")]
    }

  private static let augmentations5: [WrongSetting] = [(0, 1), (-1, 1), (2, 0.1), (0.1, .infinity)].flatMap {
    (least: Double, most: Double) -> [WrongSetting] in
    [WrongSetting(GaussianBlur(sigma: least...most), "sigma")]
  }

  private static let augmentations6: [WrongSetting] = [
    WrongSetting(CenterCrop(fraction: 0), "fraction"), WrongSetting(CenterCrop(fraction: 1e-9), "fraction"),
  ]

  /// Lines of a stage that trains by pairs of views.
  static let lines: [WrongSetting] = [lines1, lines2, lines3].flatMap { $0 }

  private static let lines1: [WrongSetting] = [0, -1, huge].flatMap { (count: Int) -> [WrongSetting] in
    [
      WrongSetting(Views(count) { RandomFlip() }, "count"),
      WrongSetting(Views(2, size: count) { RandomFlip() }, "size"),
      WrongSetting(Optimize(SGD(learningRate: 0.1), batch: count, epochs: 1), "batch"),
      WrongSetting(Optimize(SGD(learningRate: 0.1), batch: 4, epochs: count), "epochs"),
      WrongSetting(Optimize(SGD(learningRate: 0.1), batch: 4, chunk: count, epochs: 1), "chunk"),
      WrongSetting(PredictionHead(hidden: [8, count]), "hidden"),
      WrongSetting(PredictionHead(output: count), "output"),
      WrongSetting(PredictionHead { Linear(count) }, "outputs"),
    ]
  }

  private static let lines2: [WrongSetting] = [-0.1, 1.1, 2, .nan].flatMap {
    (share: Double) -> [WrongSetting] in
    [
      WrongSetting(
        Optimize(SGD(learningRate: 0.1), schedule: .cosine(warmup: share), batch: 4, epochs: 1), "warmup"),
      WrongSetting(Views(2, share: share) { RandomFlip() }, "share"),
      WrongSetting(TargetNetwork(momentum: .constant(share)), "momentum"),
      WrongSetting(TargetNetwork(momentum: .cosine(from: 0.9, to: share)), "momentum"),
      WrongSetting(WeightAverage(decay: .constant(share)), "decay"),
    ]
  }

  private static let lines3: [WrongSetting] = [
    WrongSetting(Optimize(SGD(learningRate: 0.1), batch: 4, chunk: 3, epochs: 1), "chunk"),
    WrongSetting(
      Optimize(SGD(learningRate: 1e38), scaling: .linear, batch: 1024, epochs: 1), "learningRate"),
  ]

  /// Lines of a classifier.
  static let classifierLines: [WrongSetting] = [
    classifierLines1, classifierLines2, classifierLines3, classifierLines4, classifierLines5,
    lossSelections,
  ].flatMap { $0 }

  private static let classifierLines1: [WrongSetting] = [0, -1, huge].map {
    WrongSetting(EarlyStopping(patience: $0), "patience")
  }

  private static let classifierLines2: [WrongSetting] = [-0.1, 1, .nan].map {
    WrongSetting(CrossEntropy(smoothing: $0), "smoothing")
  }

  private static let classifierLines5: [WrongSetting] = [-0.1, .infinity, .nan].flatMap {
    (number: Double) -> [WrongSetting] in
    [
      WrongSetting(FocalLoss(gamma: number), "gamma"),
      WrongSetting(JointObjective(CrossEntropy(), FocalLoss(), weight: .constant(number)), "weight"),
      WrongSetting(JointObjective(CrossEntropy(), FocalLoss(gamma: number)), "gamma"),
    ]
  }

  private static let classifierLines3: [WrongSetting] = [[], [0], [-1], [.nan], [.infinity], [0.1, 0.1]].map {
    WrongSetting(Search(learningRates: $0), "learningRates")
  }

  private static let classifierLines4: [WrongSetting] = [[-1], [.nan], [0, 0]].map {
    WrongSetting(Search(learningRates: [0.1], weightDecays: $0), "weightDecays")
  }

  private static let lossSelections: [WrongSetting] = [MetricKind.logLoss, .brier].flatMap {
    (metric: MetricKind) -> [WrongSetting] in
    [
      WrongSetting(Search(learningRates: [0.1], by: metric), "metric"),
      WrongSetting(EarlyStopping(patience: 1, by: metric), "metric"),
    ]
  }

  static let selections: [WrongSetting] = [0, -0.1, 1.1, .nan].map {
    WrongSetting(Selection.labelled(.train, share: $0), "share")
  }

  static let all = [
    layers, optimizers, losses, augmentations, lines, classifierLines, selections,
  ].flatMap { $0 }
}
