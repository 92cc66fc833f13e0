import Recipes

/// Rates, views and lengths, chosen on validation patients.
struct Settings {
  /// The width of the projection head's hidden layer, and of its result.
  var hidden: Int
  var output: Int
  /// How SimCLR is optimized.
  var simclr: any Optimizer
  /// How MICLe, or more SimCLR in its place, is optimized after SimCLR.
  var micle: any Optimizer
  /// How classifiers are optimized.
  var classifier: any Optimizer
  /// The rates that whole networks choose from, if they do.
  var search: Search?
  /// The rates that heads alone choose from, if they do.
  var headSearch: Search?
  /// How often a classifier is shown the photographs of a class.
  var sampling: Sampling
  /// Epochs of a classifier on all labels.
  var classifierEpochs: Int
  /// Views to pretrain with.
  var views: Views
  /// Views to fine-tune with.
  var supervised: Views

  /// Epochs of a classifier on a share of the labels: more of them, as each has fewer steps.
  func epochs(_ share: Double) -> Int {
    Int(min(4 * Double(classifierEpochs), Double(classifierEpochs) / share))
  }

  /// For the made-up patients, whose classes are all as frequent.
  static let clinic = Settings(
    hidden: 256, output: 64,
    simclr: AdamW(learningRate: 4e-3, weightDecay: 1e-4), micle: AdamW(learningRate: 4e-3, weightDecay: 1e-4),
    classifier: AdamW(learningRate: 3e-3, weightDecay: 1e-4), search: nil, headSearch: nil,
    sampling: .natural,
    classifierEpochs: 20, views: .skin, supervised: .supervised)

  /// For photographs of one's own.
  static let photographs = Settings(
    hidden: 512, output: 128,
    simclr: AdamW(learningRate: 2e-3, weightDecay: 1e-4), micle: AdamW(learningRate: 1e-3, weightDecay: 1e-4),
    classifier: AdamW(learningRate: 1e-3, weightDecay: 1e-4),
    search: Search(learningRates: [1e-4, 3e-4, 1e-3]), headSearch: Search(learningRates: [1e-3, 3e-3, 1e-2]),
    sampling: .balanced, classifierEpochs: 10, views: .lesions, supervised: .photographed)
}

extension Views {
  /// Views of skin at any angle. Crops are large and colors change little: both tell conditions apart.
  static let skin = Views(2) {
    RandomRotation(degrees: 45); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.4...1)
    ColorJitter(brightness: 0.3, contrast: 0.3, saturation: 0.2, hue: 0.02)
    GaussianBlur(probability: 0.2)
  }

  /// Views of a lesion seen from above, which has no upright.
  static let lesions = Views(2) {
    RandomRotation(degrees: 180); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.3...1)
    ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.02)
    GaussianBlur(probability: 0.2)
  }

  /// The same for a classifier: larger crops in their own colors.
  static let photographed = Views(1) {
    RandomRotation(degrees: 180); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.5...1)
    ColorJitter(brightness: 0.1, contrast: 0.1, saturation: 0.1, hue: 0.01)
  }
}
