import Foundation
import Testing

@testable import Recipes

/// Every way to pretrain, run on a few patients.
struct PretrainingStageTests {
  private static let views = Views(2) {
    RandomResizedCrop(area: 0.5...1); RandomFlip()
  }
  private static let encoder = SmallClinic.encoder
  private static let wide = ProjectionHead(hidden: [8], output: 8, normalizingOutput: false)
  private static let predictor = PredictionHead(hidden: [4], output: 8)
  private static let optimizer = SGD(learningRate: 0.05)

  private static let stages: [any StageRecipe] = [
    MoCo(
      encoder, views: views, head: wide, loss: InfoNCE(queue: 20), optimizer: optimizer, batch: 8, epochs: 2),
    BYOL(encoder, views: views, head: wide, predictor: predictor, optimizer: optimizer, batch: 8, epochs: 2),
    SimSiam(
      encoder, views: views, head: wide, predictor: predictor, optimizer: optimizer, batch: 8, epochs: 2),
    BarlowTwins(encoder, views: views, head: wide, optimizer: optimizer, batch: 8, epochs: 2),
    VICReg(encoder, views: views, head: wide, optimizer: optimizer, batch: 8, epochs: 2),
    MoCoV3(
      encoder, views: views, head: MoCoV3.head(hidden: [8], output: 8), predictor: predictor,
      optimizer: optimizer, batch: 8, chunk: 4, epochs: 2),
    DINO(
      encoder, views: views, Views(3, share: 0.5) { RandomResizedCrop(area: 0.1...0.5) },
      head: DINOHead(hidden: [8], bottleneck: 4, prototypes: 12), batch: 8, epochs: 2),
    DINO(
      encoder, on: .patients, views: views, head: DINOHead(hidden: [8], prototypes: 12), batch: 4, epochs: 2),
    Supervised(encoder, classes: 3, batch: 8, epochs: 2),
    stage("supcon on labels", .labelled(.train), SupCon()),
    stage("supcon on bags", .bags, SupCon()),
    SimCLR(encoder, views: views, head: wide, optimizer: optimizer, batch: 8, chunk: 4, epochs: 2),
  ]

  private static func stage(
    _ name: String, _ selection: Selection, _ loss: any EmbeddingLoss
  ) -> Stage {
    Stage(name, on: selection) {
      views
      encoder
      wide
      loss
      Optimize(optimizer, batch: 8, epochs: 2)
    }
  }

  @Test(arguments: stages.indices)
  func trainsAndLeavesAnEncoderThatAClassifierStartsFrom(index: Int) throws {
    let folder = try ScratchFolder()
    let stage = PretrainingStageTests.stages[index]
    let pipeline = Pipeline("one") {
      stage
      Classifier(PretrainingStageTests.encoder, classes: 3, named: "after", after: stage, batch: 8, epochs: 1)
    }
    let dataset = try SmallClinic.dataset()
    let report = try pipeline.run(on: dataset, output: folder.url, reporting: { _ in })
    let losses = report.stages[0].history.losses
    #expect(losses.count == 2 && losses.allSatisfy(\.isFinite))
    let names = try SafeTensors.read(report.stages[0].weights).names
    #expect(names.contains("conv1.weight"))
    #expect(!names.contains { $0.hasPrefix("target.") || $0.hasPrefix("loss.") })
    #expect(report.results?.branches.map(\.name) == ["after"])
    for stage in report.stages { expectEncoder(in: stage.weights) }
  }

  @Test func aLossWithVariablesLeavesAnEncoderToo() throws {
    let folder = try ScratchFolder()
    let pipeline = Pipeline("one") { PretrainingStageTests.stage("shifted", .unlabelled, Shifted()) }
    let report = try pipeline.run(on: SmallClinic.dataset(), output: folder.url, reporting: { _ in })
    #expect(try SafeTensors.read(report.stages[0].weights).names.contains("loss.shift"))
    expectEncoder(in: report.stages[0].weights)
  }

  // Whatever else a run's own file holds, layers may start from it.
  private func expectEncoder(in file: URL) {
    let graph = GraphBuilder()
    _ = PretrainingStageTests.encoder.pretrained(file.path).atRoot(graph.input("images", [2, 16, 16, 3]))
    #expect(graph.diagnostics.isEmpty, "\(graph.diagnostics)")
  }

  @Test func aLossThatKnowsNoGroupsIsRefusedOnBags() throws {
    let folder = try ScratchFolder()
    let pipeline = Pipeline("leak") { PretrainingStageTests.stage("pairs", .bags, NTXent()) }
    let error = try #require(throws: PipelineErrors.self) {
      try pipeline.run(on: SmallClinic.dataset(), output: folder.url, reporting: { _ in })
    }
    #expect(
      error.problems == [
        "The stage \"pairs\" reads bags, but its loss takes only the two views of a photograph for positives: it "
          + "would push the other photographs of the same patient away as negatives. Use a loss that asks for "
          + "pairs.positiveMask, such as SupCon(), or read .patients."
      ])
  }

  private func plan(_ loss: any EmbeddingLoss) throws -> StagePlan {
    try StagePlan(
      PretrainingStageTests.stage("s", .unlabelled, loss), on: SmallClinic.dataset(), fingerprint: "test",
      size: 16, seed: 1,
      after: nil, workers: Workers(count: 1))
  }

  /// An input of a loss's own that nobody sets.
  @Test func anInputThatNothingGivesAValueToIsRefused() throws {
    let error = try #require(throws: PipelineErrors.self) { try plan(Weighted(initially: nil)) }
    #expect(
      error.problems == [
        "The stage \"s\" has an input \"weight\" at loss that nothing gives a value to. A number that changes over the stage "
          + "is a Scheduled; one that does not is a constant, or an input with `initially:`."
      ])
    #expect(try plan(Weighted(initially: 2)).collapse != nil)
  }

  @Test func aClassifierIsTrainedInChunks() throws {
    func classifier(batch: Int, chunk: Int?) -> Stage {
      Stage("c", on: .labelled(.train)) {
        Views(1) { RandomFlip() }
        PretrainingStageTests.encoder
        ClassificationHead(classes: 3)
        CrossEntropy()
        Optimize(PretrainingStageTests.optimizer, batch: batch, chunk: chunk, epochs: 2)
      }
    }
    func memory(_ chunk: Int?) throws -> StageMemory {
      let pipeline = Pipeline("p") { classifier(batch: 16, chunk: chunk) }
      return try pipeline.memory(on: SmallClinic.dataset(), workers: Workers(count: 1))[0]
    }
    let (whole, chunked) = (try memory(nil), try memory(4))
    #expect(chunked.step < whole.step && chunked.batch == whole.batch / 4)
    let folder = try ScratchFolder()
    let report = try Pipeline("p") { classifier(batch: 16, chunk: 4) }
      .run(on: SmallClinic.dataset(), output: folder.url, reporting: { _ in })
    let losses = report.stages[0].history.losses
    #expect(losses.count == 2 && losses.allSatisfy { $0.isFinite })
    // Of 24 labelled photographs a batch of 40 in chunks of 10 has two chunks.
    let plan = try StagePlan(
      classifier(batch: 40, chunk: 10), on: SmallClinic.dataset(), fingerprint: "test", size: 16, seed: 1,
      after: nil,
      workers: Workers(count: 1))
    #expect(plan.optimize.batch == 20 && plan.optimize.chunk == 10)
    #expect(
      plan.notes == [
        "c: 24 photographs are fewer than a batch of 40; batches of 20 are used."
      ])
  }
}

private struct Weighted: ContrastiveLoss {
  let initially: Double?

  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    NTXent()(z, pairs) * z.graph.input("weight", [], initially: initially)
  }
}

/// A loss with a variable of its own.
private struct Shifted: ContrastiveLoss {
  func callAsFunction(_ z: Tensor, _ pairs: Pairs) -> Tensor {
    let shift = z.graph.variable("shift", [], role: .bias, initializer: .constant(0.1))
    return NTXent()(z, pairs) + shift * shift
  }
}
