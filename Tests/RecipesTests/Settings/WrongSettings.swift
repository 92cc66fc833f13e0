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
  static let layers: [WrongSetting] =
    [0, -1, huge, .max, .min].flatMap { count in
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
        WrongSetting(ClassificationHead(classes: count), "classes"),
        WrongSetting(ResNet(.tiny, width: count), "width"),
        WrongSetting(ResNet(.custom(blocks: [1, count], bottleneck: false)), "blocks"),
        WrongSetting(ResNet(.custom(blocks: [1], bottleneck: false, channels: count)), "channels"),
        WrongSetting(ResNet(.custom(blocks: [1], bottleneck: true, innerWidth: count)), "innerWidth"),
      ]
    }
    + [-1, huge].flatMap { count in
      [
        WrongSetting(Conv2D(4, kernel: 3, padding: count), "padding"),
        WrongSetting(AveragePool(2, padding: count), "padding"),
        WrongSetting(MaxPool(2, padding: count), "padding"),
      ]
    } + [
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
      WrongSetting(Linear(3).trained(at: -1), "factor"),
      WrongSetting(Linear(3).trained(at: .infinity), "factor"),
      WrongSetting(Linear(3).named(""), "name"),
      WrongSetting(Linear(0).named("fc"), "outputs"),
      WrongSetting(Linear(0).frozen(), "outputs"),
      WrongSetting(Sequential { Linear(0) }, "outputs"),
      WrongSetting(Checkpoint { Conv2D(4, kernel: 0) }, "kernel"),
      WrongSetting(
        Residual {
          ReLU()
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

  static let optimizers: [WrongSetting] =
    [-0.1, .nan, .infinity, 1e300].flatMap { number in
      [
        WrongSetting(SGD(learningRate: number), "learningRate"),
        WrongSetting(LARS(learningRate: number), "learningRate"),
        WrongSetting(AdamW(learningRate: number), "learningRate"),
        WrongSetting(SGD(learningRate: 0.1, weightDecay: number), "weightDecay"),
        WrongSetting(LARS(learningRate: 0.1, weightDecay: number), "weightDecay"),
        WrongSetting(AdamW(learningRate: 0.1, weightDecay: number), "weightDecay"),
      ]
    }
    + [-0.1, 1, 2, .nan, 1 - 1e-12].flatMap { share in
      [
        WrongSetting(SGD(learningRate: 0.1, momentum: share), "momentum"),
        WrongSetting(LARS(learningRate: 0.1, momentum: share), "momentum"),
        WrongSetting(AdamW(learningRate: 0.1, betas: (share, 0.999)), "betas.first"),
        WrongSetting(AdamW(learningRate: 0.1, betas: (0.9, share)), "betas.second"),
      ]
    }
    + [0, -1, .nan, tiny].flatMap { number in
      [
        WrongSetting(AdamW(learningRate: 0.1, epsilon: number), "epsilon"),
        WrongSetting(LARS(learningRate: 0.1, eta: number), "eta"),
      ]
    } + [WrongSetting(SGD(learningRate: 0.1, momentum: 0, nesterov: true), "momentum")]

  static let losses: [WrongSetting] =
    [0, -0.1, .nan, .infinity, tiny, .linear(from: 0.5, to: 0), .cosine(from: .nan, to: 0.1)].flatMap {
      (temperature: Scheduled) in
      [
        WrongSetting(NTXent(temperature: temperature), "temperature"),
        WrongSetting(SupCon(temperature: temperature), "temperature"),
        WrongSetting(DCL(temperature: temperature), "temperature"),
        WrongSetting(DebiasedNTXent(temperature: temperature), "temperature"),
        WrongSetting(InfoNCE(temperature: temperature), "temperature"),
      ]
    }
    + [-1, .nan, .infinity].flatMap { number in
      [
        WrongSetting(DCL(sigma: number), "sigma"),
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
    } + [
      WrongSetting(DCL(sigma: 0), "sigma"), WrongSetting(DebiasedNTXent(prior: 1), "prior"),
      WrongSetting(InfoNCE(queue: 0), "queue"), WrongSetting(InfoNCE(queue: -5), "queue"),
      WrongSetting(InfoNCE(queue: huge), "queue"),
    ]

  static let augmentations: [WrongSetting] =
    [-0.1, 1.1, .nan, .infinity].flatMap { share in
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
    + [-0.1, .nan, .infinity].flatMap { number in
      [
        WrongSetting(ColorJitter(brightness: number, contrast: 0, saturation: 0, hue: 0), "brightness"),
        WrongSetting(ColorJitter(brightness: 0, contrast: number, saturation: 0, hue: 0), "contrast"),
        WrongSetting(ColorJitter(brightness: 0, contrast: 0, saturation: number, hue: 0), "saturation"),
        WrongSetting(ColorJitter(strength: number), "brightness"),
        WrongSetting(RandomRotation(degrees: number), "degrees"),
      ]
    }
    + [(0, 1), (-0.5, 1), (0.5, 1.5), (0.9, 0.1), (0.1, .nan), (.nan, .nan)].flatMap { (least, most) in
      [WrongSetting(RandomResizedCrop(area: least...most), "area")]
    }
    + [(0, 1), (-1, 1), (2, 0.5), (1, .infinity), (1, 1e300)].flatMap { (least, most) in
      [WrongSetting(RandomResizedCrop(aspect: least...most), "aspect")]
    }
    + [(0, 1), (-1, 1), (2, 0.1), (0.1, .infinity)].flatMap { (least, most) in
      [WrongSetting(GaussianBlur(sigma: least...most), "sigma")]
    } + [
      WrongSetting(CenterCrop(fraction: 0), "fraction"), WrongSetting(CenterCrop(fraction: 1e-9), "fraction"),
    ]

  /// Lines of a stage that trains by pairs of views.
  static let lines: [WrongSetting] =
    [0, -1, huge].flatMap { count in
      [
        WrongSetting(Views(count) { RandomFlip() }, "count"),
        WrongSetting(Optimize(SGD(learningRate: 0.1), batch: count, epochs: 1), "batch"),
        WrongSetting(Optimize(SGD(learningRate: 0.1), batch: 4, epochs: count), "epochs"),
        WrongSetting(Optimize(SGD(learningRate: 0.1), batch: 4, chunk: count, epochs: 1), "chunk"),
        WrongSetting(PredictionHead(hidden: count), "hidden"),
        WrongSetting(PredictionHead(output: count), "output"),
        WrongSetting(PredictionHead { Linear(count) }, "outputs"),
      ]
    }
    + [-0.1, 1.1, 2, .nan].flatMap { share in
      [
        WrongSetting(
          Optimize(SGD(learningRate: 0.1), schedule: .cosine(warmup: share), batch: 4, epochs: 1), "warmup"),
        WrongSetting(TargetNetwork(momentum: .constant(share)), "momentum"),
        WrongSetting(TargetNetwork(momentum: .cosine(from: 0.9, to: share)), "momentum"),
      ]
    } + [
      WrongSetting(Optimize(SGD(learningRate: 0.1), batch: 4, chunk: 3, epochs: 1), "chunk"),
      WrongSetting(
        Optimize(SGD(learningRate: 1e38), scaling: .linear, batch: 1024, epochs: 1), "learningRate"),
    ]

  /// Lines of a classifier.
  static let classifierLines: [WrongSetting] =
    [0, -1, huge].map { WrongSetting(EarlyStopping(patience: $0), "patience") }
    + [-0.1, 1, .nan].map { WrongSetting(CrossEntropy(smoothing: $0), "smoothing") }
    + [[], [0], [-1], [.nan], [.infinity], [0.1, 0.1]].map {
      WrongSetting(Search(learningRates: $0), "learningRates")
    }
    + [[-1], [.nan], [0, 0]].map {
      WrongSetting(Search(learningRates: [0.1], weightDecays: $0), "weightDecays")
    }

  static let selections: [WrongSetting] = [0, -0.1, 1.1, .nan].map {
    WrongSetting(Selection.labelled(.train, share: $0), "share")
  }

  static let all = layers + optimizers + losses + augmentations + lines + classifierLines + selections
}
