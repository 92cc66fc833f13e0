import Ops

/// The work of a run besides its steps: evaluations, results, and the gallery and the page of its report. An
/// estimate by the sizes of things; reading photographs from slow disks is not in it.
struct OtherWork {
  /// The multiplications with additions of networks that are evaluated.
  private var multiplyAdds = 0.0
  /// The seconds of everything else on one thread.
  private var threadSeconds = 0.0

  /// The measured seconds on one thread of an AMD EPYC: of the metrics with their intervals and differences,
  /// and of the curves and subgroups on the page, for each photograph that a branch is scored on and class;
  /// and of the place of a photograph on the map.
  private static let (ofMetrics, ofPage, ofPlace) = (1e-5, 2e-5, 1e-3)
  /// The images that explanations take: each a batch for Grad-CAM, one for the image by itself and one for
  /// its covered copies.
  private static let explanationImages = GalleryMaker.mostExplanations * 3 * ExplainedNetwork.usualBatch

  /// Returns the seconds.
  ///
  /// - Parameter secondsOfMultiplyAdd: Those of a timed step over its multiplications with additions.
  func seconds(_ secondsOfMultiplyAdd: Double, threads: Int) -> Double {
    multiplyAdds * secondsOfMultiplyAdd + threadSeconds / Double(max(1, threads))
  }

  /// Computes the work.
  ///
  /// - Parameters:
  ///   - work: The work that is left of each stage.
  ///   - interval: The number of epochs between evaluations during pretraining.
  ///   - page: What the report shows; nil if there is none.
  init(
    of plan: PipelinePlan, left work: [StageWork], on dataset: Dataset, checkingEvery interval: Int,
    page: RunReport.Options?, in files: StageFiles
  ) {
    func photographs(_ split: Split) -> Int { dataset.indices(of: .labelled(split)).count }
    var scored = 0
    for (stage, work) in zip(plan.stages, work) {
      let splits = stage.splitsToEvaluate(on: dataset)
      if stage.parts.isClassifier, let evaluate = stage.parts.evaluate {
        scored += photographs(evaluate.split)
      }
      guard work.trainings > 0 else { continue }
      if stage.isScoredOnFeatures {
        let rows = stage.rowsOfFeatures(splits, of: dataset)
        multiplyAdds += Double(rows) * plan.multiplyAddsOfImage(stage.parts.encoder)
        continue
      }
      let images = splits.reduce(0) { $0 + photographs($1) }
      let views = stage.parts.evaluate?.averagesFlips == true ? 4 : 1
      let validation = photographs(.validation) * views
      var evaluated = images * (stage.parts.isClassifier ? views : 2 + work.epochs / max(1, interval))
      if stage.parts.search != nil { evaluated += validation * work.trainings }
      if stage.parts.stopping != nil { evaluated += validation * work.epochs * work.trainings }
      multiplyAdds += Double(evaluated) * plan.multiplyAddsOfImage(stage.networkToEvaluate)
    }
    let cells = Double(scored * dataset.classes.count)
    threadSeconds += OtherWork.ofMetrics * cells
    guard let page else { return }
    threadSeconds += OtherWork.ofPage * cells
    if let shown = Gallery.choice(of: plan.stages).map({ plan.stages[$0] }),
      Gallery.current(in: files.folder, of: shown, withPhotographs: !page.withoutPhotographs) == nil
    {
      let places = min(dataset.photographs.count, Gallery.mostPhotographs)
      threadSeconds += OtherWork.ofPlace * Double(places)
      let explained = shown.parts.isClassifier && !page.withoutPhotographs ? OtherWork.explanationImages : 0
      multiplyAdds += Double(places + explained) * plan.multiplyAddsOfImage(shown.networkToEvaluate)
    }
  }
}

extension PipelinePlan {
  /// Returns the multiplications with additions of a network for one image.
  fileprivate func multiplyAddsOfImage(_ network: LayerSequence) -> Double {
    guard let plan = try? inference.plan(of: network) else { return 0 }
    return plan.program.multiplyAdds() / Double(plan.batch)
  }
}
