import Foundation
import Testing

@testable import Recipes

/// Pipelines whose encoder starts from a weight file.
struct PretrainedRunTests {
  private let scratch: ScratchFolder
  private let dataset: Dataset

  init() throws {
    scratch = try ScratchFolder()
    dataset = try SmallClinic.dataset()
  }

  private var file: URL { scratch.url.appending(path: "start.safetensors") }

  // Steps of rate 0 leave the weights as they start.
  private func pipeline(normalization: Normalization? = nil) -> Pipeline {
    Pipeline("pretrained") {
      let encoder = SmallClinic.encoder.pretrained(file.path, normalization: normalization)
      let simclr = SimCLR(
        encoder, head: ProjectionHead(hidden: [8], output: 8), optimizer: SGD(learningRate: 0), batch: 8,
        epochs: 1)
      Classifier(
        encoder, classes: 3, named: "after", after: simclr, optimizer: SGD(learningRate: 0), batch: 8,
        epochs: 1)
    }
  }

  private func run(_ pipeline: Pipeline, log: SmallClinic.Log? = nil) throws -> Report {
    let workers = Workers(count: 1)
    defer { workers.stop() }
    let folder = scratch.url.appending(path: "run")
    return try pipeline.run(on: dataset, output: folder, seed: 1, workers: workers) { log?.note($0) }
  }

  private func writeStart(metadata: [String: String] = Normalization.imagenet.metadata) throws {
    try FormulaTensors.write(SmallClinic.encoder, metadata: metadata, to: file)
  }

  @Test func aRunStartsFromTheFile() throws {
    try writeStart()
    let start = try SafeTensors.read(file)
    let report = try run(pipeline())
    for stage in report.stages {
      let weights = try SafeTensors.read(stage.weights)
      for name in start.names where !name.contains("running") {
        #expect(try weights[name] == start[name])
      }
      #expect(Normalization(weights.metadata) == .imagenet)
    }
    // The second stage has taken over the first one's running statistics, not the file's.
    let statistics = try report.stages.map {
      try SafeTensors.read($0.weights).tensor(named: "bn1.running_mean").floats
    }
    #expect(try statistics[0] != start["bn1.running_mean"]?.floats)
    let plan = try PipelinePlan(pipeline(), on: dataset, size: nil, seed: 1, workers: Workers(count: 1))
    var weights = try StageWeights(initializing: plan.stages[1].step.graph, seed: 1)
    weights.take(
      from: try #require(
        try StageWeights(SafeTensors.read(report.stages[0].weights), for: plan.stages[0].keptVariables)),
      for: plan.stages[1].step.graph.variables)
    let mean = try #require(plan.stages[1].step.graph.variables.first { $0.path == "bn1.running_mean" })
    #expect(weights[mean] == statistics[0])
  }

  @Test func whatARunWritesCanBeStartedFrom() throws {
    try writeStart()
    let simclr = try run(pipeline()).stages[0].weights
    let graph = GraphBuilder()
    let encoder = SmallClinic.encoder.pretrained(simclr.path)
    _ = encoder.atRoot(graph.input("images", [2, 16, 16, 3]))
    try graph.validate()
    #expect(graph.inputNormalization == .imagenet)
    #expect(
      graph.pretrainedNotes == [
        "30 tensors are from \(simclr.path); images are normalized by the mean 0.485, 0.456, 0.406 and the "
          + "deviation 0.229, 0.224, 0.225.",
        "\(simclr.path) also holds projection (9 tensors), which the layers do without.",
      ])
  }

  @Test func anotherFileIsTrainedFromAgain() throws {
    try writeStart()
    _ = try run(pipeline())
    #expect(try run(pipeline()).stages.allSatisfy(\.isReused))
    #expect(try run(pipeline(normalization: .identity)).stages.allSatisfy { !$0.isReused })
    _ = try run(pipeline())
    try writeStart(metadata: Normalization.imagenet.metadata.merging(["note": "another"]) { $1 })
    #expect(try run(pipeline()).stages.allSatisfy { !$0.isReused })
  }

  @Test func aFileThatDoesNotFitKeepsTheRunFromStarting() throws {
    try FormulaTensors.write(ResNet(.tiny), to: file)
    let error = #expect(throws: PipelineErrors.self) { try run(pipeline(normalization: .identity)) }
    #expect(error?.problems.count == 1)
    #expect(error?.description.contains("The layers cannot start from the weights in \(file.path).") == true)
  }
}
