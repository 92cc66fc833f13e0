import Foundation
import Testing

@testable import Recipes

/// The precision of pipelines and stages, in what they train and in what is said of it.
struct PrecisionRunTests {
  /// A network whose layers are large enough for bfloat16 in a batch of eight.
  private static let encoder = ResNet(.custom(blocks: [1], bottleneck: true, channels: 16), stem: .small)
  private let workers = Workers(count: 1)

  private static let simclr = SimCLR(
    encoder, views: Views(2) { RandomFlip() }, head: ProjectionHead(hidden: [8], output: 8),
    optimizer: SGD(learningRate: 0.05), scaling: .none, batch: 8, epochs: 2)

  private static func pipeline(_ precision: Precision, own: Precision? = nil) -> Pipeline {
    Pipeline("small", precision: precision) {
      let simclr = own.map { Self.simclr.precision($0) } ?? Self.simclr.stage
      Classifier(encoder, classes: 3, named: "SimCLR", after: simclr, batch: 8, epochs: 1)
    }
  }

  private func run(
    _ pipeline: Pipeline, in folder: ScratchFolder, log: SmallClinic.Log? = nil,
    page: RunReport.Options? = nil, threads: Int = 1
  ) throws -> Report {
    try pipeline.run(
      on: SmallClinic.dataset(), in: RunFolder(folder.url), seed: 7, workers: Workers(count: threads),
      page: page
    ) { log?.note($0) }
  }

  @Test func aStageHasThePrecisionOfThePipelineOrItsOwn() {
    let stages = [Self.simclr.stage, Self.simclr.precision(.mixed), Self.simclr.precision(.single)]
    for precision in Precision.allCases {
      let pipeline = Pipeline("any", precision: precision) { Self.simclr }
      #expect(stages.map(pipeline.precision(of:)) == [precision, .mixed, .single])
    }
    #expect(stages[1] != stages[0] && stages[1].precision(.single) == stages[2])
    #expect(stages[1].lines.dropLast() == stages[0].lines[...])
    let text = Self.pipeline(.mixed, own: .single).describe()
    #expect(text.matches(of: /Precision\.mixed/).count == 1 && text.contains("Precision.single"))
    #expect(Self.pipeline(.mixed).dot.contains("Precision.mixed"))
    #expect(!Self.pipeline(.single).describe().contains("Precision"))
  }

  @Test func aStepIsComputedInIt() throws {
    let memory = try Precision.allCases.map { precision in
      try Self.pipeline(precision).memory(on: SmallClinic.dataset(), workers: workers)
    }
    for (single, mixed) in zip(memory[0], memory[1]) {
      #expect(Double(mixed.step) < 0.8 * Double(single.step), "\(mixed.step) \(single.step)")
      #expect(mixed.evaluation == single.evaluation && mixed.weights == single.weights)
    }
  }

  /// A run and what it leaves say the precision, and its weights are others, near those of single precision.
  @Test func aRunInMixedPrecisionSaysSo() throws {
    let (single, mixed, threads) = (try ScratchFolder(), try ScratchFolder(), try ScratchFolder())
    let plain = try run(Self.pipeline(.single), in: single, page: .init())
    let report = try run(Self.pipeline(.mixed), in: mixed, page: .init())
    let record = try Results(contentsOf: mixed.url.appending(path: "results.json")).run
    #expect(record?.stages.map(\.lines.last) == ["Precision.mixed", "Precision.mixed"])
    #expect(record?.stages.map(\.isMixed) == [true, true])
    for (plain, stage) in zip(plain.stages, report.stages) {
      let (expected, found) = (try SafeTensors.read(plain.weights), try SafeTensors.read(stage.weights))
      #expect(expected.metadata["loupe.precision"] == "single")
      #expect(found.metadata["loupe.precision"] == "mixed")
      for (loss, other) in zip(plain.history.losses, stage.history.losses) {
        #expect(loss != other && abs(loss - other) < 0.05 * abs(loss), "\(loss) \(other)")
      }
    }
    let pages = try [single, mixed].map {
      try String(contentsOf: $0.url.appending(path: "report.html"), encoding: .utf8)
    }
    #expect(pages.map { $0.contains("The training was in mixed precision") } == [false, true])
    let again = try run(Self.pipeline(.mixed), in: threads, threads: 2)
    for (one, two) in zip(report.stages, again.stages) {
      #expect(try Data(contentsOf: one.weights) == Data(contentsOf: two.weights), "\(one.name)")
    }
  }

  /// Where products in bfloat16 take as long as others, a note says so.
  @Test func aNoteSaysWhatSavesNoTime() {
    func notes(_ precision: Precision, isFaster: Bool) -> [String] {
      var notes = StageNotes(title: "simclr")
      notes.addPrecision(precision, isFaster: isFaster)
      return notes.sentences
    }
    #expect(notes(.mixed, isFaster: true).isEmpty && notes(.single, isFaster: false).isEmpty)
    #expect(
      notes(.mixed, isFaster: false) == [
        "simclr: products in bfloat16 take this processor as long as products in single precision: mixed "
          + "precision saves memory here, but no time."
      ])
  }

  @Test func theMethodsNameTheStagesInIt() throws {
    let folder = try ScratchFolder()
    _ = try run(Self.pipeline(.single, own: .mixed), in: folder, page: .init())
    let page = try String(contentsOf: folder.url.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("The training of simclr was in mixed precision"))
  }

  /// Stages in another precision are trained again, and those that have kept theirs are reused.
  @Test func aChangeOfPrecisionIsAChangeOfSettings() throws {
    let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
    let first = try run(Self.pipeline(.single), in: folder)
    let second = try run(Self.pipeline(.mixed, own: .single), in: folder, log: log)
    #expect(second.stages.map(\.isReused) == [true, false])
    let file = first.stages[1].weights.path
    let reason = "\(file) was made with another model, data, settings or seed."
    #expect(log.lines.contains("SimCLR  is trained again: \(reason)"), "\(log.lines)")
    let third = try run(Self.pipeline(.mixed), in: folder)
    #expect(third.stages.map(\.isReused) == [false, false])
  }

  @Test func aCheckpointInAnotherPrecisionIsNotGoneOnWith() throws {
    let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
    let interruption = Interruption()
    let error = #expect(throws: RunError.self) {
      try Self.pipeline(.single).run(
        on: SmallClinic.dataset(), in: RunFolder(folder.url), seed: 7, workers: workers,
        interruption: interruption, page: nil
      ) { event in
        if event.line?.hasPrefix("simclr  epoch 1/2") == true { interruption.request() }
      }
    }
    guard case .stopped? = error else { throw try #require(error) }
    let file = folder.url.appending(path: "simclr.checkpoint.safetensors").path
    _ = try run(Self.pipeline(.mixed), in: folder, log: log)
    let reason = "\(file) was made with another model, data, settings or seed."
    #expect(log.lines.contains("simclr  begins anew: \(reason)"), "\(log.lines)")
  }
}
