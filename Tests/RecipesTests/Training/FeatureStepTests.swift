import Foundation
import Testing

@testable import Recipes

/// Heads that are trained on features which are computed once.
struct FeatureStepTests {
  /// The same view, drawn anew for each step, as it might be another.
  private static let drawn = Views(1) {
    CenterCrop(); RandomFlip(horizontal: 0)
  }

  private func pipeline(
    views: Views = .scored, epochs: Int = 3, average: WeightAverage? = nil, stopping: EarlyStopping? = nil,
    search: Search? = nil, optimizer: any Optimizer = SGD(learningRate: 0.5, weightDecay: 1e-2)
  ) -> Pipeline {
    Pipeline("features") {
      let simclr = SimCLR(
        SmallClinic.encoder, head: ProjectionHead(hidden: [8], output: 8),
        optimizer: SGD(learningRate: 0.05), scaling: .none, batch: 8, epochs: 1)
      Classifier(
        SmallClinic.encoder.frozen(), classes: 3, named: "head", after: simclr, views: views,
        optimizer: optimizer, average: average, batch: 8, epochs: epochs, search: search, stopping: stopping,
        averagingFlips: true)
    }
  }

  private func run(
    _ pipeline: Pipeline, on dataset: Dataset? = nil, in folder: ScratchFolder,
    interruption: Interruption = Interruption(), _ note: @escaping (RunEvent) -> Void = { _ in }
  ) throws -> Report {
    let workers = Workers(count: 1)
    defer { workers.stop() }
    return try pipeline.run(
      on: dataset ?? SmallClinic.dataset(), in: RunFolder(folder.url), seed: 4, workers: workers,
      interruption: interruption, page: nil, reporting: note)
  }

  /// The largest difference of the tensors of two files.
  private func difference(_ files: [URL]) throws -> Float {
    let stored = try files.map { try SafeTensors.read($0) }
    #expect(stored[0].names == stored[1].names)
    return try stored[0].names.map { name in
      let values = try stored.map { try $0.tensor(named: name).floats }
      return zip(values[0], values[1]).map { abs($0 - $1) }.max() ?? 0
    }.max() ?? 0
  }

  private static let variants: [String: FeatureStepTests.Variant] = [
    "plain": { $0.pipeline(views: $1) },
    "layers at other rates": {
      $0.pipeline(views: $1, optimizer: AdamW(learningRate: 0.01).layerDecay(0.5).clipping(norm: 0.1))
    },
    "averaged": { $0.pipeline(views: $1, average: WeightAverage(decay: 0.9)) },
    "stopped early": { $0.pipeline(views: $1, epochs: 6, stopping: EarlyStopping(patience: 2)) },
    "searched": { $0.pipeline(views: $1, search: Search(learningRates: [0.1, 1])) },
  ]
  private typealias Variant = @Sendable (FeatureStepTests, Views) -> Pipeline

  /// The head has the same weights as one that is trained behind the encoder, and its scores are the same,
  /// but for the rounding of the features.
  @Test(arguments: [
    "plain", "layers at other rates", "averaged", "stopped early", "searched",
  ])
  func theHeadIsThatOfTheWholeNetwork(_ name: String) throws {
    let variant = try #require(FeatureStepTests.variants[name])
    let folders = [try ScratchFolder(), try ScratchFolder()]
    let pipelines = [Views.scored, FeatureStepTests.drawn].map { variant(self, $0) }
    let plans = try pipelines.map {
      try PipelinePlan($0, on: SmallClinic.dataset(), size: nil, seed: 4, workers: .shared)
    }
    #expect(plans.map { $0.stages[1].isOnFeatures } == [true, false])
    let reports = try zip(pipelines, folders).map { try run($0, in: $1) }
    let stages = reports.map { $0.stages[1] }
    #expect(try difference(stages.map(\.weights)) < 1e-5)
    let scores = folders.map { $0.url.appending(path: "head.classifier.predictions.safetensors") }
    #expect(try difference(scores) < 1e-5)
    #expect(stages[0].history.losses.count == stages[1].history.losses.count)
    for (a, b) in zip(stages[0].history.losses, stages[1].history.losses) { #expect(abs(a - b) < 1e-5) }
    #expect(stages[0].choice == stages[1].choice)
    #expect(stages[0].history.validation == stages[1].history.validation)
    #expect(reports[0].results?.branches == reports[1].results?.branches)
    // The training has changed the head.
    let initial = try StageWeights(initializing: plans[0].stages[1].step.graph, seed: 4)
    let head = try #require(plans[0].stages[1].trainedVariables.first { $0.path == "fc.weight" })
    let trained = try SafeTensors.read(stages[0].weights).tensor(named: "fc.weight").floats
    #expect(initial[head].sorted() != trained.sorted())
  }

  /// Only if the encoder is not trained at all and the view is the one that is scored.
  @Test func othersAreTrainedBehindTheEncoder() throws {
    let (encoder, dataset) = (SmallClinic.encoder, try SmallClinic.dataset())
    let dropping = Sequential {
      encoder
      Dropout(0.5)
    }
    func isOnFeatures(
      _ encoder: any Layer, views: Views = .scored, batch: Int = 8, chunk: Int? = nil
    ) throws -> Bool {
      let pipeline = Pipeline("one") {
        Classifier(encoder, classes: 3, named: "head", views: views, batch: batch, chunk: chunk)
      }
      return try PipelinePlan(pipeline, on: dataset, size: nil, seed: 0, workers: .shared).stages[0]
        .isOnFeatures
    }
    #expect(try isOnFeatures(encoder.frozen()))
    #expect(try isOnFeatures(encoder.frozen(), chunk: 8))
    #expect(try isOnFeatures(dropping.frozen()))
    #expect(try !isOnFeatures(encoder))
    #expect(try !isOnFeatures(encoder.frozen("conv1", "bn1", "layer1")))
    #expect(try !isOnFeatures(encoder.frozen(), views: .supervised))
    #expect(try !isOnFeatures(encoder.frozen(), views: Views(1) { CenterCrop(fraction: 0.5) }))
    #expect(try !isOnFeatures(encoder.frozen(), views: Views(1, size: 8) { CenterCrop() }))
    #expect(try !isOnFeatures(encoder.frozen(), chunk: 4))
    #expect(
      try !isOnFeatures(
        Sequential {
          encoder.frozen(); Dropout(0.5)
        }))
  }

  /// A checkpoint has the head alone, and the run goes on to the same bits.
  @Test func anInterruptedRunGoesOnToTheSameBits() throws {
    let (whole, broken) = (try ScratchFolder(), try ScratchFolder())
    let pipeline = pipeline(epochs: 4, stopping: EarlyStopping(patience: 9))
    var counts: [[Int]] = []
    let straight = try run(pipeline, in: whole) { event in
      if case .features("head", let done, let total) = event { counts.append([done, total]) }
    }
    #expect(counts.first?.first == 0 && counts.last.map { $0[0] == $0[1] && $0[0] > 0 } == true)
    let interruption = Interruption()
    let error = try #require(throws: RunError.self) {
      _ = try run(pipeline, in: broken, interruption: interruption) { event in
        if event.line?.hasPrefix("head  epoch 2/4") == true { interruption.request() }
      }
    }
    #expect(error == .stopped(stage: "head", after: TrainingPlace(epochs: 2), cause: nil))
    let checkpoint = broken.url.appending(path: "head.classifier.checkpoint.safetensors")
    let names = try SafeTensors.read(checkpoint).names
    #expect(names.contains("fc.weight") && names.contains("best:fc.weight"))
    #expect(!names.contains { $0.contains("conv1") })
    let log = SmallClinic.Log()
    let resumed = try run(pipeline, in: broken) { log.note($0) }
    #expect(log.lines.contains { $0.contains("goes on after epoch 2") })
    #expect(resumed.stages[1].history == straight.stages[1].history)
    let bits = try [straight, resumed].map { try Data(contentsOf: $0.stages[1].weights) }
    #expect(bits[0] == bits[1])
  }

  /// The predictor of a finished run works on photographs.
  @Test func aTrainedHeadPredictsPhotographs() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let report = try run(pipeline(), on: dataset, in: folder)
    let predictor = try Predictor(SmallClinic.encoder, weights: report.stages[1].weights)
    let tested = dataset.indices(of: .labelled(.test))
    let answers = try predictor.predict(tested.map { try dataset.image(at: $0) })
    let scores = try SafeTensors.read(folder.url.appending(path: "head.classifier.predictions.safetensors"))
      .tensor(named: "scores").floats
    for (row, own) in answers.enumerated() {
      for (label, name) in dataset.classes.enumerated() {
        let predicted = try #require(own.first { $0.name == name }).probability
        #expect(abs(predicted - scores[3 * row + label]) < 1e-5)
      }
    }
  }
}
