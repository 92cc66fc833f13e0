import Foundation
import Testing

@testable import Recipes

struct WeightAverageTests {
  /// timm averages running statistics too.
  @Test func averagesAreThoseOfTimm() throws {
    let expected = try TrainingFixture.load().clipped
    let found = try TrainingFixture.trained(
      SGD(learningRate: 0.5).clipping(norm: expected.bound), average: WeightAverage(decay: 0.75))
    #expect(expected.average.count == 7)
    for (path, values) in expected.average {
      #expect(agree(found["average." + path] ?? [], values, to: 1e-12), "\(path)")
      #expect(found[path] != found["average." + path])
    }
    for (path, values) in expected.final { #expect(agree(found[path] ?? [], values, to: 1e-12), "\(path)") }
  }

  /// A target network and an average each follow at their own pace, and frozen weights need no average.
  @Test func onlyWhatTheStepChangesIsAveraged() throws {
    let step = try TrainingStep(
      LayerSequence([SmallClinic.encoder.frozen("conv1", "bn1"), ProjectionHead(hidden: [8], output: 8)]),
      image: [16, 16, 3], pairs: Pairs(4), loss: BYOLLoss(),
      predictor: PredictionHead(hidden: [8], output: 8), target: TargetNetwork(momentum: 0.75),
      optimizer: SGD(learningRate: 0.1), average: WeightAverage(decay: .linear(from: 0, to: 1)))
    let averages = step.graph.variables.filter { $0.path.hasPrefix("average.") }
    let changed = step.graph.updates.map(\.variable).filter { $0.role != .memory }
    #expect(Set(averages.compactMap(\.averages)) == Set(changed.map(\.path)) && !averages.isEmpty)
    #expect(averages.allSatisfy { $0.role == .memory && !$0.isTrained })
    #expect(!averages.contains { $0.path.hasPrefix("average.conv1") || $0.path.contains("target") })
    #expect(step.graph.scheduledInputs.map(\.name) == ["average.decay"])
    // At the first step the decay is 0.
    let program = try StepProgram(StepPlan(step, chunk: 2, workers: Workers(count: 1)))
    let trained = try Trained(by: program, step, steps: 1)
    for path in ["projection.fc1.weight", "layer1.0.bn1.running_mean"] {
      #expect(trained.weights["average." + path] == trained.weights[path])
    }
  }

  @Test func itIsTheSameInChunks() throws {
    let step = try TrainingStep(
      LayerSequence([BatchNorm(), ChunkedStepTests.Plain()]), image: [8, 8, 3], pairs: Pairs(8),
      loss: VICRegLoss(), optimizer: SGD(learningRate: 0.1), average: WeightAverage(decay: 0.5))
    func weights(_ chunk: Int?) throws -> [String: [Float]] {
      let program = try StepProgram(StepPlan(step, chunk: chunk, workers: Workers(count: 2)))
      return try Trained(by: program, step, steps: 3).weights
    }
    let chunked = try weights(8 / 2)
    for path in ["bn1.running_mean", "plain1.conv1.weight"] {
      #expect(chunked[path] != chunked["average." + path])
      #expect(chunked["average." + path]?.contains { $0 != 0 } == true)
    }
    // A network without batch normalization is the same function of an image.
    let plain = try TrainingStep(
      ChunkedStepTests.Plain(), image: [8, 8, 3], pairs: Pairs(8), loss: VICRegLoss(),
      optimizer: SGD(learningRate: 0.1), average: WeightAverage(decay: 0.5))
    func trained(_ chunk: Int?) throws -> Trained {
      try Trained(
        by: StepProgram(StepPlan(plain, chunk: chunk, workers: Workers(count: 2))), plain, steps: 3)
    }
    let (whole, parts) = (try trained(nil), try trained(2))
    let path = "average.conv1.weight"
    let (a, b) = (whole.weights[path] ?? [], parts.weights[path] ?? [])
    #expect(agree(a.map(Double.init), b.map(Double.init), to: 1e-5) && !a.isEmpty)
  }

  private func run(_ stage: any StageRecipe, in folder: ScratchFolder) throws -> Report {
    try Pipeline("p") { stage }.run(
      on: try SmallClinic.dataset(), output: folder.url, seed: 7, workers: Workers(count: 1),
      reporting: { _ in })
  }

  private func classifier(_ average: WeightAverage?, _ name: String = "branch") -> Classifier {
    Classifier(
      SmallClinic.encoder, classes: 3, named: name, optimizer: SGD(learningRate: 0.5), average: average,
      batch: 8, epochs: 3)
  }

  /// An average that keeps nothing is the weights; one that keeps everything, the initial ones.
  @Test func theAverageIsStoredAndScored() throws {
    let folders = try (0..<3).map { _ in try ScratchFolder() }
    let plain = try run(classifier(nil), in: folders[0])
    let latest = try run(classifier(WeightAverage(decay: 0)), in: folders[1])
    let first = try run(classifier(WeightAverage(decay: 1)), in: folders[2])
    let tensors = try [plain, latest, first].map { try SafeTensors.read($0.stages[0].weights).tensors }
    #expect(tensors[0] == tensors[1])
    #expect(plain.results?.branches == latest.results?.branches)
    #expect(tensors[0].count == tensors[2].count && tensors[0] != tensors[2])
    let fresh = tensors[2].first { $0.name == "bn1.running_mean" }
    #expect(fresh?.floats.allSatisfy { $0 == 0 } == true)
    #expect(plain.results?.branches != first.results?.branches)
    #expect(plain.stages[0].history.losses == first.stages[0].history.losses)
    // The setting is part of a stage's identity.
    #expect(try !run(classifier(WeightAverage(decay: 0.5)), in: folders[0]).stages[0].isReused)
    #expect(try run(classifier(WeightAverage(decay: 0.5)), in: folders[0]).stages[0].isReused)
  }

  @Test func aStageHasOneAverage() throws {
    let stage = Stage("two", on: .unlabelled) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      NTXent(temperature: 0.1)
      WeightAverage()
      WeightAverage(decay: 0.9)
      Optimize(SGD(learningRate: 0.1), batch: 8, epochs: 1)
    }
    let error = try #require(throws: PipelineErrors.self) { try StageConfiguration(of: stage) }
    #expect(error.problems == ["The stage \"two\" has 2 of WeightAverage; keep one."])
  }
}
