import Foundation
@testable import Recipes
import Synchronization
import Testing

/// Runs that are asked to end, again and again, and go on to the same bytes.
struct InterruptionTests {
  private static let views = Views(2) {
    RandomResizedCrop(area: 0.5...1); RandomFlip()
  }
  private static let head = ProjectionHead(hidden: [8], output: 8)

  private static let stages: [(name: String, stage: any StageRecipe)] = [
    (
      "whole",
      SimCLR(SmallClinic.encoder, views: views, head: head, scaling: .none, batch: 8, epochs: 3)
    ),
    (
      "in mixed precision",
      SimCLR(
        ResNet(.custom(blocks: [1], bottleneck: true, channels: 16), stem: .small), views: views, head: head,
        scaling: .none, batch: 8, chunk: 4, epochs: 3
      ).precision(.mixed)
    ),
    (
      "in chunks",
      SimCLR(SmallClinic.encoder, views: views, head: head, scaling: .none, batch: 8, chunk: 4, epochs: 3)
    ),
    (
      "a queue and a schedule",
      MoCo(
        SmallClinic.encoder, views: views, head: head,
        loss: InfoNCE(queue: 20, temperature: .linear(from: 0.5, to: 0.2)), scaling: .none, batch: 8,
        epochs: 3)
    ),
    (
      "a center and views of two sizes, in chunks",
      DINO(
        VisionTransformer(.custom(channels: 8, depth: 2, heads: 2), patch: 4, imageSize: 16),
        views: views, Views(2, share: 0.5) { RandomResizedCrop(area: 0.1...0.5) },
        head: DINOHead(hidden: [8], bottleneck: 4, prototypes: 12), batch: 8, chunk: 4, epochs: 3)
    ),
    (
      "a target network and a predictor",
      MoCoV3(
        SmallClinic.encoder, views: views, head: MoCoV3.head(hidden: [8], output: 8),
        predictor: PredictionHead { MoCoV3.head(hidden: [8], output: 8) }, batch: 8, epochs: 3)
    ),
    (
      "a classifier that stops early",
      Classifier(
        SmallClinic.encoder, classes: 3, named: "stops", optimizer: SGD(learningRate: 0.2), batch: 8,
        epochs: 12,
        stopping: EarlyStopping(patience: 6))
    ),
    (
      "random masks, clipped gradients and averaged weights",
      Classifier(
        LayerSequence([
          VisionTransformer(
            .custom(channels: 8, depth: 2, heads: 2), patch: 4, imageSize: 16, dropPath: 0.4), Dropout(0.3),
        ]), classes: 3, named: "refined",
        optimizer: AdamW(learningRate: 0.02).clipping(norm: 0.5).layerDecay(0.75),
        average: WeightAverage(decay: .linear(from: 0.5, to: 0.9)), batch: 8, chunk: 4, epochs: 4,
        stopping: EarlyStopping(patience: 3))
    ),
    (
      "random patches",
      MaskedAutoencoder(
        VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 16),
        decoder: ReconstructionHead(width: 8, depth: 1, heads: 2), batch: 8, chunk: 4, epochs: 6)
    ),
    (
      "a search",
      Classifier(
        SmallClinic.encoder, classes: 3, named: "searches", batch: 8, epochs: 2,
        search: Search(learningRates: [0.01, 0.1]))
    ),
    (
      "columns of the manifest",
      Stage("signs", on: .unlabelled) {
        Views(1) { RandomFlip() }
        SmallClinic.encoder
        Linear(2)
        SigmoidCrossEntropy(columns: ["second", "third"])
        Optimize(SGD(learningRate: 0.05), batch: 8, chunk: 4, epochs: 6)
      }
    ),
  ]

  /// The small clinic with a photograph whose n-th reading asks the run to end.
  private func clinic(_ interruption: Interruption?, atReading limit: Int = .max) throws -> Dataset {
    let whole = try SmallClinic.dataset()
    let readings = Readings()
    func photographs(_ split: Split) throws -> [Photograph] {
      try whole.photographs.indices.filter { whole.splits[$0] == split }.map { index in
        let (known, image) = (whole.photographs[index], try whole.image(at: index))
        return Photograph(
          id: known.id, patient: known.patient, label: known.label, attributes: known.attributes
        ) {
          if readings.next() == limit { interruption?.request() }
          return image
        }
      }
    }
    return try Dataset(
      train: photographs(.train), validation: photographs(.validation), test: photographs(.test),
      classes: whole.classes, source: "test")
  }

  @Test(arguments: stages.indices, [Duration.seconds(600), .zero])
  func itGoesOnToTheSameBytes(stage: Int, saving: Duration) throws {
    let (name, stage) = InterruptionTests.stages[stage]
    let pipeline = Pipeline("one") { stage }
    let (whole, broken) = (try ScratchFolder(), try ScratchFolder())
    let workers = Workers(count: 1)
    let straight = try pipeline.run(
      on: try clinic(nil), in: RunFolder(whole.url), seed: 7, workers: workers, page: nil, reporting: { _ in }
    )

    var generator = CounterGenerator(seed: 5)
    var (stops, resumed): (Int, Report?) = (0, nil)
    let log = SmallClinic.Log()
    while resumed == nil {
      let interruption = Interruption()
      do {
        resumed = try pipeline.run(
          on: try clinic(interruption, atReading: 14 + Int(generator.uniform() * 50)),
          in: RunFolder(broken.url), seed: 7, savingEvery: saving, workers: workers,
          interruption: interruption, page: nil
        ) { log.note($0) }
      } catch let error as RunError {
        guard case .stopped(_, _, cause: nil) = error else { throw error }
        stops += 1
        #expect(error.description.hasPrefix("The run was interrupted. Started again, the run goes on "))
        try #require(stops < 100)
      }
    }
    #expect(stops > 1, "\(name)")
    #expect(log.lines.contains { $0.contains("  goes on after step ") }, "\(name)")
    let files = try whole.contents
    #expect(try broken.contents == files)
    for file in files where !["results.json", "history.jsonl"].contains(file) {
      let bytes = try [whole, broken].map { try Data(contentsOf: $0.url.appending(path: file)) }
      #expect(bytes[0] == bytes[1], "\(name): \(file)")
    }
    #expect(resumed?.stages.map(\.history) == straight.stages.map(\.history))
    #expect(resumed?.results?.branches == straight.results?.branches)
    let histories = [whole, broken].map { RunHistory(contentsOf: $0.url.appending(path: "history.jsonl")) }
    let losses = histories.map { $0.epochs.mapValues { $0.map(\.loss) } }
    #expect(losses[0] == losses[1] && !losses[0].isEmpty)
    #expect(histories[0].probes == histories[1].probes && histories[0].initial == histories[1].initial)
  }

  @Test func aRunThatIsAskedBeforehandDoesNothing() throws {
    let folder = try ScratchFolder()
    let interruption = Interruption()
    #expect(!interruption.request())
    let error = try #require(throws: RunError.self) {
      try SmallClinic.pipeline().run(
        on: SmallClinic.dataset(), in: RunFolder(folder.url), workers: Workers(count: 1),
        interruption: interruption, reporting: { _ in })
    }
    #expect(error == .stopped(stage: "no pretraining", after: nil, cause: nil))
    #expect(
      error.description
        == "The run was interrupted. Started again, the run goes on with \"no pretraining\".")
    #expect(try folder.contents.isEmpty)
  }

  @Test func aCheckpointThatCannotBeWrittenEndsTheRunAndSaysWhereItGoesOn() throws {
    let folder = try ScratchFolder()
    let checkpoint = folder.url.appending(path: "simclr.checkpoint.safetensors")
    let pipeline = Pipeline("one") {
      SimCLR(
        SmallClinic.encoder, views: InterruptionTests.views, head: InterruptionTests.head, batch: 8, epochs: 3
      )
    }
    let error = try #require(throws: RunError.self) {
      try pipeline.run(on: SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1)) { event in
        guard event.line?.hasPrefix("simclr  epoch 1/3") == true else { return }
        // A folder in its place, with something in it, cannot be replaced by a file.
        try? FileManager.default.removeItem(at: checkpoint)
        try? FileManager.default.createDirectory(
          at: checkpoint.appending(path: "full"), withIntermediateDirectories: true)
      }
    }
    #expect(
      error
        == .stopped(
          stage: "simclr", after: TrainingPlace(epochs: 1),
          cause: .unwritable(file: checkpoint.path, reason: "Is a directory")))
    #expect(error.description.hasSuffix("Started again, the run goes on after epoch 1 of \"simclr\"."))
  }
}

private final class Readings: Sendable {
  private let count = Mutex(0)
  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}
