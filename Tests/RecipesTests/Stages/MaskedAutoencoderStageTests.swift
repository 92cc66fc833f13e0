import Foundation
import Ops
import Testing

@testable import Recipes

/// Stages of masked autoencoding: what they consist of, train and leave.
struct MaskedAutoencoderStageTests {
  private static let encoder = VisionTransformer(
    .custom(channels: 16, depth: 2, heads: 2), patch: 4, imageSize: 16)
  private static let decoder = ReconstructionHead(width: 16, depth: 1, heads: 2)

  private func stage(
    named name: String = "mae", after earlier: (any StageRecipe)? = nil, chunk: Int? = nil
  ) -> MaskedAutoencoder {
    MaskedAutoencoder(
      Self.encoder, named: name, after: earlier, decoder: Self.decoder,
      optimizer: AdamW(learningRate: 1e-3), scaling: .none, batch: 8, chunk: chunk, epochs: 5)
  }

  @Test func isTheStageItStandsFor() {
    let encoder = VisionTransformer(.small, patch: 16)
    let opened = Stage("mae", on: .unlabelled) {
      Views(1) {
        RandomResizedCrop(area: 0.2...1); RandomFlip()
      }
      encoder.masked(0.75)
      ReconstructionHead(width: 256, depth: 4, heads: 8)
      ReconstructionError()
      Optimize(
        AdamW(learningRate: 1.5e-4, betas: (0.9, 0.95), weightDecay: 0.05), schedule: .cosine(warmup: 0.1),
        scaling: .linear, batch: 64, epochs: 100)
    }
    #expect(MaskedAutoencoder(encoder, on: .unlabelled, epochs: 100).stage == opened)
    #expect(MaskedAutoencoder(encoder, masking: 0.5, epochs: 100).stage != opened)
    #expect(MaskedAutoencoder(encoder.frozen(), epochs: 100).stage != opened)
  }

  private func step(samples: Int, _ objective: some TrainingObjective) throws -> TrainingStep {
    try TrainingStep(
      LayerSequence([Self.encoder.masked(0.75), Self.decoder]), image: [16, 16, 3],
      batch: BatchForm(samples: samples, views: 1, labels: objective.needs.labels ? .all : .none),
      objective: objective, optimizer: SGD(learningRate: 0.1))
  }

  /// The masks are those of the whole batch, and so are the errors and the weights.
  @Test(arguments: [false, true]) func chunksAreThoseOfTheWholeBatch(joint: Bool) throws {
    let objective: any TrainingObjective =
      joint
      ? JointObjective(ReconstructionError(), CrossEntropy().withHead { ClassificationHead(classes: 3) })
      : ReconstructionError()
    let labels: [Int32]? = joint ? [0, 1, 2, 1, 0, 2, 0, 1, 2, 1, 0, 2] : nil
    let step = try step(samples: 12, objective)
    func trained(_ chunk: Int?, workers: Int = 2) throws -> Trained {
      let plan = try StepPlan(step, chunk: chunk, workers: Workers(count: workers))
      return try Trained(by: StepProgram(plan), step, steps: 3, labels: labels)
    }
    let whole = try trained(nil)
    #expect(Set(whole.embeddings).count == 12)
    #expect(Set(whole.losses).count == 3)
    for chunk in [6, 2] {
      let chunked = try trained(chunk)
      #expect(agree(whole.losses, chunked.losses, to: 1e-5))
      #expect(agree(whole.embeddings.map(Double.init), chunked.embeddings.map(Double.init), to: 1e-5))
      #expect(whole.weights.keys == chunked.weights.keys)
      for (path, values) in whole.weights {
        let other = chunked.weights[path] ?? []
        #expect(agree(values.map(Double.init), other.map(Double.init), to: 1e-5), "\(path)")
      }
      #expect(try trained(chunk, workers: 1).weights == chunked.weights)
    }
  }

  /// No call falls back to a definition.
  @Test func everyCallHasAKernel() throws {
    let plan = try StepPlan(step(samples: 8, ReconstructionError()), workers: Workers(count: 1))
    #expect(!plan.last.schedule.calls.isEmpty)
    #expect(plan.last.schedule.calls.filter(\.isReference).map(\.summary) == [])
  }

  /// It leaves an encoder for stages and files, and neither collapse nor spread is told of its errors.
  @Test func leavesAnEncoder() throws {
    let folder = try ScratchFolder()
    let dropping = VisionTransformer(
      .custom(channels: 16, depth: 2, heads: 2), patch: 4, imageSize: 16, dropPath: 0.1)
    let pipeline = Pipeline("mae") {
      let first = stage()
      let second = stage(named: "more", after: first, chunk: 4)
      Classifier(dropping, classes: 3, named: "after", after: second, batch: 8, epochs: 1)
    }
    let log = SmallClinic.Log()
    let report = try pipeline.run(
      on: SmallClinic.dataset(), output: folder.url, workers: Workers(count: 2)
    ) { log.note($0) }
    for stage in report.stages.prefix(2) {
      #expect(stage.collapse == nil && stage.history.spreads.isEmpty)
      #expect(stage.history.losses.count == 5 && stage.history.losses.allSatisfy { $0.isFinite && $0 > 0 })
      #expect(stage.history.neighbors.keys.contains(5))
      let names = try SafeTensors.read(stage.weights).names
      #expect(names.contains("decoder_pred.weight") && names.contains("mask_token"))
      let graph = GraphBuilder(mode: .inference)
      _ = Self.encoder.pretrained(stage.weights.path).atRoot(graph.input("images", [2, 16, 16, 3]))
      #expect(graph.diagnostics.isEmpty, "\(graph.diagnostics)")
      let stored = try SafeTensors.read(stage.weights)
      let encoder = try #require(EncoderNames(stored.metadata)).names
      #expect(encoder.sorted() == graph.variables.map(\.path).sorted())
    }
    let words = ["collapse", "embeddings", "rank "]
    let said = log.lines.filter { line in
      line.hasPrefix("mae  ") && words.contains { line.contains($0) }
    }
    #expect(said.isEmpty, "\(said)")
    // The second goes on with encoder and decoder.
    #expect(report.stages[1].history.losses[0] < report.stages[0].history.losses[0])
    #expect(report.results?.branches.map(\.name) == ["after"])
  }

  @Test func mistakesAreToldBeforeItRuns() throws {
    func problems(_ stage: some StageRecipe) throws -> String {
      do {
        _ = try Pipeline("wrong") { stage }.memory(on: SmallClinic.dataset(), size: 16)
        return ""
      } catch { return "\(error)" }
    }
    let convolutional = try problems(MaskedAutoencoder(SmallClinic.encoder, batch: 8, epochs: 1))
    #expect(convolutional.contains("Only a vision transformer"))
    let patients = try problems(MaskedAutoencoder(Self.encoder, on: .patients, batch: 4, epochs: 1))
    #expect(patients.contains("draws 1 views"), "\(patients)")
    let embeddings = Stage("wide", on: .unlabelled) {
      Views.reconstructed
      Self.encoder.masked()
      ProjectionHead()
      ReconstructionError()
      Optimize(AdamW(learningRate: 0.1), batch: 8, epochs: 1)
    }
    #expect(try problems(embeddings).contains("The head does not give an error for each image."))
    let twoSizes = Stage("sizes", on: .unlabelled) {
      Views(1, size: 16) { RandomFlip() }
      Views(1, size: 8) { RandomFlip() }
      Self.encoder.masked()
      Self.decoder
      ReconstructionError()
      Optimize(AdamW(learningRate: 0.1), batch: 8, epochs: 1)
    }
    #expect(try problems(twoSizes).contains("on views of one size"))
  }

  /// A masked encoder before another head sees fewer patches, and trains as ever.
  @Test func anotherHeadReadsTheSeenPatches() throws {
    let stage = SimCLR(
      Self.encoder.masked(0.5), head: ProjectionHead(hidden: [8], output: 8), batch: 4, epochs: 1)
    try gradientCheck(stage, image: [16, 16, 3]).verify()
  }

  /// Ramps in all directions: their visible patches tell what the others are.
  @Test func learnsWhatPatchesTellOfEachOther() throws {
    let step = try TrainingStep(
      LayerSequence([
        VisionTransformer(.custom(channels: 32, depth: 2, heads: 2), patch: 4, imageSize: 16).masked(0.75),
        ReconstructionHead(width: 32, depth: 1, heads: 2),
      ]), image: [16, 16, 1], batch: BatchForm(samples: 32, views: 1), objective: ReconstructionError(),
      optimizer: AdamW(learningRate: 1))
    let program = try StepProgram(StepPlan(step, workers: Workers(count: 2)))
    let start = try StageWeights(initializing: step.graph, seed: 1)
    for variable in program.owner.variables {
      program.owner.setVariable(variable.path, to: start[variable])
    }
    let losses = try (0..<1800).map { number in
      try program.run(learningRate: 1e-3 * min(1, Float(number + 1) / 100)) { views in
        for image in 0..<32 {
          var generator = CounterGenerator(seed: 9, number, image)
          let angle = 2 * Double.pi * generator.uniform()
          for place in 0..<256 {
            let height = cos(angle) * Double(place / 16) + sin(angle) * Double(place % 16)
            views[image * 256 + place] = Float(0.5 + 0.02 * height)
          }
        }
      }
    }
    #expect(losses[0] > 0.9)
    let last = losses.suffix(20).reduce(0, +) / 20
    #expect(last < 0.1, "\(last)")
  }
}
