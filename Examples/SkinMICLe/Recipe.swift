import Foundation
import Recipes

/// The recipe: SimCLR on all photographs, MICLe on those of the same patient, and classifiers on encoders
/// with and without that pretraining (Azizi et al. 2021). Copy this file and change it.
struct Recipe {
  /// The number of classes.
  var classes = 26
  /// The encoder.
  var encoder: any Layer = Network.small.encoder()
  /// Epochs of SimCLR.
  var epochs = 4
  /// Epochs of MICLe after it.
  var micleEpochs = 11
  /// The steps per epoch of MICLe, given the data; the control takes as many.
  var micleSteps: Int?
  /// The batch size of pretraining in pairs.
  var batch = 128
  /// The number of chunks in which batches are computed; nil for whole ones.
  var chunks: Int?
  /// The precision in which steps are computed.
  var precision = Precision.single
  /// Whether batch normalizations take the moments of whole batches that ranks compute in chunks.
  var isSynchronized = false
  /// The pretraining objective.
  var objective = Objective.ntxent
  /// The classifiers to compare.
  var branches = Branch.paper
  /// The trained parts of the classifiers.
  var tunings = [Tuning.whole]
  /// The shares of the labelled training patients used by classifiers.
  var labels = [1.0]
  /// The repetitions, each with different random numbers.
  var repetitions = 0..<1
  /// The choices of an earlier run's searches by stage name, for stages that do not search again.
  var choices: [String: Search.Point] = [:]
  /// Learning rates, views and epochs of fine-tuning.
  var settings = Settings.clinic

  var pipeline: Pipeline {
    let pipeline = Pipeline("skin-micle", precision: precision) {
      for repetition in repetitions {
        let simclr = pretraining("simclr", on: .unlabelled, settings.simclr, epochs, repetition)
        let micle = pretraining(
          "micle", on: .patients, after: simclr, settings.micle, micleEpochs, repetition)
        let longer = pretraining(
          "simclr longer", on: .unlabelled, after: simclr, settings.micle, micleEpochs,
          stepsPerEpoch: micleSteps, repetition)
        let alone = pretraining(
          "micle alone", on: .patients, settings.simclr, epochs + micleEpochs, repetition)

        if tunings == [.none] {
          let encoders: [Branch: Stage] = [
            .simclr: simclr, .simclrLonger: longer, .micle: micle, .micleAlone: alone,
          ]
          for branch in branches {
            if let encoder = encoders[branch] { encoder }
          }
        }
        for share in labels {
          for tuning in tunings where tuning != .none {
            for branch in branches {
              switch branch {
              case .none: classifier("no pretraining", after: nil, tuning, share, repetition)
              case .simclr: classifier("SimCLR", after: simclr, tuning, share, repetition)
              case .simclrLonger: classifier("SimCLR longer", after: longer, tuning, share, repetition)
              case .micle: classifier("SimCLR + MICLe", after: micle, tuning, share, repetition)
              case .micleAlone: classifier("MICLe alone", after: alone, tuning, share, repetition)
              }
            }
          }
        }
      }
    }
    let choosing = pipeline.choosing(choices)
    return chunks.map(choosing.cut) ?? choosing
  }

  /// Returns a pretraining stage: SimCLR on single photographs, MICLe on those of the same patient, if the
  /// objective is NT-Xent.
  private func pretraining(
    _ name: String, on selection: Selection, after earlier: Stage? = nil, _ optimizer: any Optimizer,
    _ epochs: Int, stepsPerEpoch: Int? = nil, _ repetition: Int
  ) -> Stage {
    let objective = objective.on(selection)
    return Stage(name, on: selection, after: earlier, repetition: repetition) {
      objective.views(settings.views, on: selection)
      normalizing(objective.layers(of: encoder))
      normalizing(objective.head(hidden: settings.hidden, width: settings.output))
      objective.lines(width: settings.output).map { line in
        isSynchronized ? (line as? PredictionHead)?.synchronized() ?? line : line
      }
      Optimize(optimizer, batch: batch, epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    }
  }

  /// Returns the same training for every branch, so that they differ only in the initial weights.
  private func classifier(
    _ name: String, after earlier: Stage?, _ tuning: Tuning, _ share: Double, _ repetition: Int
  ) -> Classifier {
    let isWhole = tuning == .whole
    var title = name
    if tuning == .head { title += ", head alone" }
    if tuning == .features { title += ", head on features" }
    if share < 1 { title += ", \(String(format: "%g", share * 100)) % of labels" }
    return Classifier(
      isWhole ? normalizing(encoder) : encoder.frozen(), classes: classes,
      on: .labelled(.train, share: share), named: title, after: earlier,
      views: tuning == .features ? .scored : settings.supervised,
      sampling: settings.sampling, optimizer: settings.classifier, average: settings.average, batch: 32,
      epochs: settings.epochs(share),
      search: isWhole ? settings.search : settings.headSearch, averagingFlips: true, repetition: repetition)
  }

  private func normalizing(_ layer: any Layer) -> any Layer { isSynchronized ? layer.synchronized() : layer }
}
