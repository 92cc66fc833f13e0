import Recipes

/// The recipe: SimCLR on all photographs, MICLe on those of the same patient, and classifiers of 26
/// conditions on three encoders, two of them pretrained (Azizi et al. 2021). Copy this file and change it.
struct Recipe {
  /// The encoder.
  var network = Network.small
  /// Epochs of SimCLR; MICLe takes half as many, a classifier as many as it says below.
  var epochs = 20
  /// The classifiers to compare.
  var branches = Branch.allCases

  var pipeline: Pipeline {
    Pipeline("skin-micle") {
      let encoder = ResNet(network.architecture, stem: network.stem)
      let head = ProjectionHead(hidden: [256], output: 64)
      let simclr = SimCLR(
        encoder, on: .unlabelled, views: .skin, head: head,
        optimizer: AdamW(learningRate: 2e-3, weightDecay: 1e-4), scaling: .none, batch: 128, epochs: epochs)
      let micle = MICLe(
        encoder, on: .patients, after: simclr, views: .skin, head: head,
        optimizer: AdamW(learningRate: 1e-3, weightDecay: 1e-4), scaling: .none, batch: 128,
        epochs: max(1, epochs / 2))

      for branch in branches {
        switch branch {
        case .none: Classifier(encoder, classes: 26, named: "no pretraining")
        case .simclr: Classifier(encoder, classes: 26, named: "SimCLR", after: simclr)
        case .micle: Classifier(encoder, classes: 26, named: "SimCLR + MICLe", after: micle)
        }
      }
    }
  }
}

extension Views {
  /// Views of skin at any angle. Colour tells conditions apart, so it changes less than on photographs of
  /// other things.
  static let skin = Views(2) {
    RandomRotation(degrees: 45); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.25...1)
    ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.3, hue: 0.05)
    GaussianBlur(probability: 0.2)
  }
}
