import Foundation
import Recipes
import Testing

struct PipelineRunTests {
  private let files = [
    "gallery.features.safetensors", "gallery.json", "history.jsonl", "micle.safetensors",
    "no-pretraining.classifier.calibration.json",
    "no-pretraining.classifier.predictions.csv",
    "no-pretraining.classifier.predictions.safetensors", "no-pretraining.classifier.safetensors",
    "photographs.csv", "report.html", "results.json", "simclr-micle.classifier.calibration.json",
    "simclr-micle.classifier.predictions.csv",
    "simclr-micle.classifier.predictions.safetensors",
    "simclr-micle.classifier.safetensors", "simclr.safetensors",
  ]

  private func run(
    _ pipeline: Pipeline, in folder: ScratchFolder, threads: Int = 1, log: SmallClinic.Log? = nil
  ) throws -> Report {
    let workers = Workers(count: threads)
    defer { workers.stop() }
    return try pipeline.run(
      on: try SmallClinic.dataset(), output: folder.url, seed: 7, checkingEvery: 1, workers: workers
    ) { log?.note($0) }
  }

  private func reused(_ report: Report) -> [String] { report.stages.filter(\.isReused).map(\.name) }

  @Test func runsFromPhotographsToResults() throws {
    let folder = try ScratchFolder()
    let log = SmallClinic.Log()
    let report = try run(SmallClinic.pipeline(), in: folder, log: log)
    #expect(try folder.contents == files)
    #expect(report.stages.map(\.name) == ["no pretraining", "simclr", "micle", "SimCLR + MICLe"])
    #expect(reused(report).isEmpty)
    let simclr = try #require(report[stage: "simclr"])
    #expect(simclr.history.losses.count == 2)
    #expect(simclr.history.neighbors.keys.sorted() == [0, 1, 2])
    #expect(simclr.history.probe != nil)
    #expect(abs((simclr.collapse ?? 0) - NTXent.collapse(Pairs(8))) < 1e-9)
    #expect(report.results?.branches.map(\.name) == ["no pretraining", "SimCLR + MICLe"])
    #expect(
      log.lines.contains { $0.hasPrefix("simclr  before training  kNN") && $0.hasSuffix("random weights") })
    #expect(
      log.lines.contains { $0.hasPrefix("simclr  epoch 2/2  loss ") && $0.contains("(collapse 2.708)") })

    let weights = try SafeTensors.read(simclr.weights)
    #expect(try weights["conv1.weight"]?.shape == [4, 3, 3, 3])
    #expect(try weights["bn1.running_mean"]?.shape == [4])
    #expect(weights.metadata["loupe.stage"] == "simclr")
    #expect(weights.metadata["loupe.seed"] == "7")
  }

  @Test func aSecondRunReusesEverything() throws {
    let folder = try ScratchFolder()
    let first = try run(SmallClinic.pipeline(), in: folder)
    let second = try run(SmallClinic.pipeline(), in: folder)
    #expect(reused(second) == second.stages.map(\.name))
    #expect(second.results?.branches == first.results?.branches)
    #expect(second.stages.map(\.history) == first.stages.map(\.history))
  }

  @Test func onlyWhatDependsOnAChangeRunsAgain() throws {
    let folder = try ScratchFolder()
    _ = try run(SmallClinic.pipeline(), in: folder)
    let report = try run(SmallClinic.pipeline(temperature: 0.5), in: folder)
    #expect(reused(report) == ["no pretraining", "simclr"])
  }

  @Test func threadsDoNotChangeABit() throws {
    let (one, two) = (try ScratchFolder(), try ScratchFolder())
    _ = try run(SmallClinic.pipeline(), in: one, threads: 1)
    _ = try run(SmallClinic.pipeline(), in: two, threads: 2)
    for file in files where !["results.json", "history.jsonl", "report.html"].contains(file) {
      let contents = try [one, two].map { try Data(contentsOf: $0.url.appending(path: file)) }
      #expect(contents[0] == contents[1], "\(file)")
    }
  }

  @Test(arguments: [0, 8, 200, -1])
  func damagedWeightsAreTrainedAgain(length: Int) throws {
    let folder = try ScratchFolder()
    let first = try run(SmallClinic.pipeline(), in: folder)
    let file = try #require(first[stage: "micle"]).weights
    let whole = try Data(contentsOf: file)
    var damaged = length < 0 ? whole : whole.prefix(length)
    if length < 0 { damaged[damaged.count - 3] ^= 0x40 }
    try damaged.write(to: file)

    let log = SmallClinic.Log()
    let report = try run(SmallClinic.pipeline(), in: folder, log: log)
    #expect(reused(report) == ["no pretraining", "simclr", "SimCLR + MICLe"])
    #expect(log.lines.contains { $0.hasPrefix("micle  is trained again: \(file.path)") })
    #expect(try Data(contentsOf: file) == whole)
  }

  @Test func weightsOfOthersAreTrainedAgain() throws {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "simclr.safetensors")
    try SafeTensors.write([NamedTensor("conv1.weight", shape: [1], [0])], to: file)
    let log = SmallClinic.Log()
    _ = try run(SmallClinic.pipeline(), in: folder, log: log)
    #expect(
      log.lines.contains("simclr  is trained again: \(file.path) was not written by a run of this pipeline."))
  }

  @Test(arguments: [
    SmallClinic.pipeline(epochs: 4).stages[1],
    MoCo(
      SmallClinic.encoder, named: "simclr", head: ProjectionHead(hidden: [8], output: 8),
      loss: InfoNCE(queue: 20, temperature: .linear(from: 0.5, to: 0.2)), scaling: .none, batch: 8, epochs: 4
    ).stage,
  ])
  func aBrokenRunGoesOnToTheSameBits(stage: Stage) throws {
    let (whole, broken) = (try ScratchFolder(), try ScratchFolder())
    let dataset = try SmallClinic.dataset()
    // Photographs that stop being readable in the third epoch stand for a power cut.
    let reads = Counter()
    let failing = try Dataset(
      train: photographs(of: dataset, in: .train, failingAfter: 24 * 3 + 20, reads),
      validation: photographs(of: dataset, in: .validation), test: photographs(of: dataset, in: .test),
      classes: dataset.classes, source: "test"
    ).strict()
    let working = try Dataset(
      train: photographs(of: dataset, in: .train, failingAfter: .max, reads),
      validation: photographs(of: dataset, in: .validation), test: photographs(of: dataset, in: .test),
      classes: dataset.classes, source: "test")
    let simclr = Pipeline("only") { stage }
    #expect(throws: DataError.self) {
      try simclr.run(
        on: failing, output: broken.url, seed: 7, checkingEvery: 9, workers: Workers(count: 1),
        reporting: { _ in })
    }
    #expect(
      try broken.contents == ["history.jsonl", "photographs.csv", "simclr.checkpoint.safetensors"])
    let log = SmallClinic.Log()
    let resumed = try simclr.run(
      on: working, output: broken.url, seed: 7, checkingEvery: 9, workers: Workers(count: 1)
    ) { log.note($0) }
    #expect(log.lines.contains { $0.contains("goes on after epoch 2") })
    let straight = try simclr.run(
      on: working, output: whole.url, seed: 7, checkingEvery: 9, workers: Workers(count: 1),
      reporting: { _ in })
    let bits = try [resumed, straight].map { try Data(contentsOf: $0.stages[0].weights) }
    #expect(bits[0] == bits[1])
  }

  @Test func anotherBranchChangesNoOther() throws {
    let (with, without) = (try ScratchFolder(), try ScratchFolder())
    _ = try run(SmallClinic.pipeline(), in: with)
    let alone = Pipeline("alone") { SmallClinic.pipeline().stages[3] }
    let report = try run(alone, in: without)
    let bits = try [with, without].map {
      try Data(contentsOf: $0.url.appending(path: "simclr-micle.classifier.safetensors"))
    }
    #expect(report.stages.map(\.name) == ["simclr", "micle", "SimCLR + MICLe"])
    #expect(bits[0] == bits[1])
  }

  @Test func fewLabelsMakeSmallBatches() throws {
    let folder = try ScratchFolder()
    let log = SmallClinic.Log()
    let pipeline = Pipeline("few") {
      Classifier(SmallClinic.encoder, classes: 3, named: "few", batch: 64, epochs: 1)
    }
    let dataset = try SmallClinic.dataset(labelled: 3)
    let report = try pipeline.run(on: dataset, output: folder.url, workers: Workers(count: 1)) {
      log.note($0)
    }
    let first = log.lines.first { $0 != blasLimitation }
    #expect(first == "few: 6 photographs are fewer than a batch of 64; batches of 6 are used.")
    #expect(report.results != nil)
  }

  @Test func whatCannotRunIsToldBeforeAnythingDoes() throws {
    let folder = try ScratchFolder()
    let pipeline = Pipeline("wrong") {
      SimCLR(SmallClinic.encoder, batch: 64, epochs: 1)
      let wide = ResNet(.custom(blocks: [1, 1], bottleneck: false, channels: 8), stem: .small)
      let other = SimCLR(wide, named: "other", batch: 8, epochs: 1)
      Classifier(SmallClinic.encoder, classes: 3, named: "mixed", after: other)
      Classifier(SmallClinic.encoder, classes: 5, named: "five")
      Stage("half", on: .unlabelled) { NTXent() }
    }
    let errors = try #require(throws: PipelineErrors.self) {
      try pipeline.run(
        on: try SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), reporting: { _ in })
    }
    #expect(
      errors.problems == [
        "A batch of 64 needs as many photographs of training patients, but there are 24; use a batch of at most 24. "
          + "(the stage \"simclr\")",
        "The stage \"mixed\" starts from the weights of \"other\", but its encoder needs conv1.weight as "
          + "f32[3,3,3,4], which is there as f32[3,3,3,8]; use the same encoder in both.",
        "The stage \"five\" tells 5 classes apart, but the dataset names 3; give the classifier as many "
          + "as the dataset has.",
        "The stage \"half\" has no Views; add one, such as Views(2) { RandomResizedCrop(); RandomFlip() }.",
        "The stage \"half\" has no Optimize; add one, such as Optimize(LARS(learningRate: 0.3), batch: 64, "
          + "epochs: 40).",
        "The stage \"half\" needs an encoder and a head, the last of its layers, but has 0.",
      ])
    #expect(try folder.contents.isEmpty)
  }

  @Test func divergenceIsAnError() throws {
    let folder = try ScratchFolder()
    let error = try #require(throws: RunError.self) {
      _ = try run(SmallClinic.pipeline(epochs: 20, rate: 1e30), in: folder)
    }
    #expect(error.description.hasPrefix("The loss of \"simclr\" is not a number in epoch "))
    #expect(try folder.contents.contains("no-pretraining.classifier.safetensors"))
  }

  @Test func aFolderThatCannotBeMadeIsAnError() throws {
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "file")
    try Data().write(to: file)
    #expect(throws: FileError.self) { _ = try runInto(file.appending(path: "below")) }
  }

  private func runInto(_ url: URL) throws -> Report {
    try SmallClinic.pipeline().run(
      on: try SmallClinic.dataset(), output: url, workers: Workers(count: 1), reporting: { _ in })
  }
}

/// Counts how often photographs were read.
private final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  func next() -> Int {
    lock.withLock {
      count += 1; return count
    }
  }
}

private struct Unreadable: Error {}

private func photographs(
  of dataset: Dataset, in split: Split, failingAfter limit: Int = .max, _ reads: Counter? = nil
) throws -> [Photograph] {
  try dataset.photographs.indices.filter { dataset.splits[$0] == split }.map { index in
    let (known, image) = (dataset.photographs[index], try dataset.image(at: index))
    return Photograph(id: known.id, patient: known.patient, label: known.label) {
      if let reads, reads.next() > limit { throw Unreadable() }
      return image
    }
  }
}
