import Recipes

/// The recipe: SimCLR on all photographs, MICLe on those of the same patient, and classifiers of 26
/// conditions on three encoders, two of them pretrained (Azizi et al. 2021). Copy this file and change it.
struct Recipe {
  /// The encoder.
  var network = Network.small
  /// Epochs of SimCLR, and of MICLe after it.
  var epochs = 18
  /// The classifiers to compare.
  var branches = Branch.allCases

  var pipeline: Pipeline {
    Pipeline("skin-micle") {
      let encoder = ResNet(network.architecture, stem: network.stem)
      let head = ProjectionHead(hidden: [256], output: 64)
      let simclr = SimCLR(
        encoder, on: .unlabelled, views: .skin, head: head,
        optimizer: AdamW(learningRate: 4e-3, weightDecay: 1e-4), scaling: .none, batch: 128, epochs: epochs)
      let micle = MICLe(
        encoder, on: .patients, after: simclr, views: .skin, head: head,
        optimizer: AdamW(learningRate: 1e-3, weightDecay: 1e-4), scaling: .none, batch: 128, epochs: epochs)

      for branch in branches {
        switch branch {
        case .none: classifier(encoder, "no pretraining")
        case .simclr: classifier(encoder, "SimCLR", after: simclr)
        case .micle: classifier(encoder, "SimCLR + MICLe", after: micle)
        }
      }
    }
  }

  /// The same training for every branch, so that only the weights it starts from differ.
  private func classifier(
    _ encoder: ResNet, _ name: String, after earlier: (any StageRecipe)? = nil
  ) -> Classifier {
    Classifier(
      encoder, classes: 26, named: name, after: earlier,
      optimizer: AdamW(learningRate: 3e-3, weightDecay: 1e-4), batch: 32, epochs: 30, averagingFlips: true)
  }
}

extension Views {
  /// Views of skin at any angle. Crops are large and colours change little: both tell conditions apart.
  static let skin = Views(2) {
    RandomRotation(degrees: 45); RandomFlip(vertical: 0.5)
    RandomResizedCrop(area: 0.4...1)
    ColorJitter(brightness: 0.3, contrast: 0.3, saturation: 0.2, hue: 0.02)
    GaussianBlur(probability: 0.2)
  }
}
