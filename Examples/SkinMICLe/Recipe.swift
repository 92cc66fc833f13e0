import Foundation
import Recipes

/// The recipe: SimCLR on all photographs, MICLe on those of the same patient, and classifiers on encoders with and
/// without that pretraining (Azizi et al. 2021). Copy this file and change it.
struct Recipe {
  /// What the classifiers tell apart.
  var classes = 26
  /// The encoder.
  var encoder: any Layer = Network.small.encoder(width: 1)
  /// Epochs of SimCLR.
  var epochs = 18
  /// Epochs of MICLe after it.
  var micleEpochs = 18
  /// The classifiers to compare.
  var branches = Branch.paper
  /// What of the classifiers is trained.
  var tunings = [Tuning.whole]
  /// The shares of the labelled training patients that classifiers are trained on.
  var labels = [1.0]
  /// How often everything is trained, each time from other random numbers.
  var repetitions = 1
  /// Rates, views and the length of the fine-tuning.
  var settings = Settings.clinic

  var pipeline: Pipeline {
    Pipeline("skin-micle") {
      let head = ProjectionHead(hidden: [settings.hidden], output: settings.output)
      for repetition in 0..<repetitions {
        let simclr = SimCLR(
          encoder, on: .unlabelled, views: settings.views, head: head, optimizer: settings.simclr,
          scaling: .none, batch: 128, epochs: epochs, repetition: repetition)
        let micle = MICLe(
          encoder, on: .patients, after: simclr, views: settings.views, head: head, optimizer: settings.micle,
          scaling: .none, batch: 128, epochs: micleEpochs, repetition: repetition)
        let alone = MICLe(
          encoder, on: .patients, named: "micle alone", views: settings.views, head: head,
          optimizer: settings.simclr, scaling: .none, batch: 128, epochs: epochs + micleEpochs,
          repetition: repetition)

        for share in labels {
          for tuning in tunings {
            for branch in branches {
              switch branch {
              case .none: classifier("no pretraining", after: nil, tuning, share, repetition)
              case .simclr: classifier("SimCLR", after: simclr, tuning, share, repetition)
              case .micle: classifier("SimCLR + MICLe", after: micle, tuning, share, repetition)
              case .micleAlone: classifier("MICLe alone", after: alone, tuning, share, repetition)
              }
            }
          }
        }
      }
    }
  }

  /// The same training for every branch, so that only the weights it starts from differ.
  private func classifier(
    _ name: String, after earlier: (any StageRecipe)?, _ tuning: Tuning, _ share: Double, _ repetition: Int
  ) -> Classifier {
    let isWhole = tuning == .whole
    var title = name + (isWhole ? "" : ", head alone")
    if share < 1 { title += ", \(String(format: "%g", share * 100)) % of labels" }
    return Classifier(
      isWhole ? encoder : encoder.frozen(), classes: classes, on: .labelled(.train, share: share),
      named: title, after: earlier, views: settings.supervised, sampling: settings.sampling,
      optimizer: settings.classifier, batch: 32, epochs: settings.epochs(share),
      search: isWhole ? settings.search : settings.headSearch, averagingFlips: true, repetition: repetition)
  }
}
