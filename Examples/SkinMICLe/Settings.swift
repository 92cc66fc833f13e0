import Recipes

/// Learning rates, views and epochs, selected on validation patients.
struct Settings {
  /// The widths of the projection head's hidden layer and of the embeddings.
  var hidden: Int
  var output: Int
  /// The optimizer of SimCLR.
  var simclr: any Optimizer
  /// The optimizer of MICLe after SimCLR, and of the control.
  var micle: any Optimizer
  /// The optimizer of classifiers.
  var classifier: any Optimizer
  /// The search grid of whole networks, if any.
  var search: Search?
  /// The search grid of heads alone, if any.
  var headSearch: Search?
  /// The sampling of photographs by class in fine-tuning.
  var sampling: Sampling
  /// Epochs of a classifier on all labels.
  var classifierEpochs: Int
  /// The views for pretraining.
  var views: Views
  /// The views for fine-tuning.
  var supervised: Views
  /// The moving average of classifiers' weights, if any.
  var average: WeightAverage?

  /// Refines the training as the command line says.
  mutating func refine(by arguments: Arguments) {
    if let decay = arguments.layerDecay { classifier = classifier.layerDecay(decay) }
    if let norm = arguments.clipNorm {
      (simclr, micle) = (simclr.clipping(norm: norm), micle.clipping(norm: norm))
      classifier = classifier.clipping(norm: norm)
    }
    average = arguments.average.map { WeightAverage(decay: .constant($0)) }
  }

  /// Returns the epochs of a classifier on a share of the labels: more for a smaller share, as each has fewer
  /// steps.
  func epochs(_ share: Double) -> Int {
    Int(min(4 * Double(classifierEpochs), Double(classifierEpochs) / share))
  }

  /// Settings for synthetic patients, with balanced classes.
  static let clinic = Settings(
    hidden: 256, output: 64,
    simclr: AdamW(learningRate: 4e-3, weightDecay: 1e-4), micle: AdamW(learningRate: 4e-3, weightDecay: 1e-4),
    classifier: AdamW(learningRate: 3e-3, weightDecay: 1e-4), search: nil, headSearch: nil,
    sampling: .natural,
    classifierEpochs: 20, views: .skin, supervised: .supervised)

  /// Settings for the user's photographs.
  static let photographs = Settings(
    hidden: 512, output: 128,
    simclr: AdamW(learningRate: 2e-3, weightDecay: 1e-4), micle: AdamW(learningRate: 1e-3, weightDecay: 1e-4),
    classifier: AdamW(learningRate: 1e-3, weightDecay: 1e-4),
    search: Search(learningRates: [1e-4, 3e-4, 1e-3]), headSearch: Search(learningRates: [1e-3, 3e-3, 1e-2]),
    sampling: .balanced, classifierEpochs: 10, views: .lesions, supervised: .photographed)

  /// The same for vision transformers and ConvNeXt, which is trained like them (Liu et al. 2022): a quarter
  /// of the learning rates, by AdamW with a weight decay of 0.1 in pretraining (Chen, Xie and He 2021) and
  /// 0.05 in fine-tuning (Touvron et al. 2021).
  var ofTransformers: Settings {
    let factor = 0.25
    var settings = self
    settings.simclr = AdamW(learningRate: factor * simclr.learningRate, weightDecay: 0.1)
    settings.micle = AdamW(learningRate: factor * micle.learningRate, weightDecay: 0.1)
    settings.classifier = AdamW(learningRate: factor * classifier.learningRate, weightDecay: 0.05)
    settings.search = search.map { Search(learningRates: $0.learningRates.map { factor * $0 }) }
    return settings
  }
}

extension Views {
  /// Views of skin at any angle. Crops are large and color changes small, as both are diagnostic.
  static let skin = Views(2) {
    RandomRotation(degrees: 45); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.4...1)
    ColorJitter(brightness: 0.3, contrast: 0.3, saturation: 0.2, hue: 0.02)
    GaussianBlur(probability: 0.2)
  }

  /// Views of a lesion seen from above, without an upright orientation.
  static let lesions = Views(2) {
    RandomRotation(degrees: 180); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.3...1)
    ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.02)
    GaussianBlur(probability: 0.2)
  }

  /// The same for a classifier: larger crops with unchanged colors.
  static let photographed = Views(1) {
    RandomRotation(degrees: 180); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.5...1)
    ColorJitter(brightness: 0.1, contrast: 0.1, saturation: 0.1, hue: 0.01)
  }
}
