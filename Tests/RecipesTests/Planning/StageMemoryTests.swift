import Foundation
import Testing

@testable import Recipes

struct StageMemoryTests {
  private let workers = Workers(count: 1)

  private func pipeline(
    checkpointed: Bool = false, batch: Int = 8, precision: Precision = .single
  ) -> Pipeline {
    Pipeline("memory", precision: precision) {
      let encoder = ResNet(
        .custom(blocks: [3, 3], bottleneck: false, channels: 4), stem: .small, checkpointed: checkpointed)
      let simclr = SimCLR(
        encoder, head: ProjectionHead(hidden: [8], output: 8), optimizer: SGD(learningRate: 0.05),
        batch: batch,
        epochs: 1)
      Classifier(encoder, classes: 3, named: "after", after: simclr, batch: 8, epochs: 1)
    }
  }

  /// The step's is what the program then has; the views' is [16, 16, 16, 3] in Float32.
  @Test func isThatOfTheParts() throws {
    let dataset = try SmallClinic.dataset()
    let memory = try pipeline().memory(on: dataset, workers: workers)
    let plan = try PipelinePlan(pipeline(), on: dataset, size: nil, seed: 0, workers: workers)
    #expect(memory.map(\.stage) == ["simclr", "after"])
    let taken = try plan.stages.map { try StepProgram($0.program).byteCount }
    #expect(memory.map(\.step) == taken)
    let image = 16 * 16 * 3 * 4
    #expect(memory.map(\.batch) == [16 * image, 8 * image])
    // 24 labelled photographs to train on, 12 to validate and, for the classifier, 18 to test.
    #expect(memory.map(\.photographs) == [36 * image, 54 * image])
    #expect(memory.allSatisfy { $0.evaluation > 64 * image && $0.weights > 0 })
    let (simclr, after) = (memory[0], memory[1])
    let own = simclr.step + simclr.batch + simclr.weights + simclr.photographs + simclr.evaluation
    #expect(simclr.total == simclr.program + simclr.reading + own)
    #expect(
      after.total - after.program - after.reading == after.weights + after.photographs
        + max(after.step + after.batch, after.evaluation))
    #expect(simclr.program > 64 << 20)
    #expect(simclr.reading == 3 * image)
  }

  /// A head on features needs these, of 24 photographs and of 30 with their mirror images, and the encoder to
  /// compute them, but keeps neither views nor crops.
  @Test func featuresAreCounted() throws {
    let dataset = try SmallClinic.dataset()
    func memory(_ views: Views) throws -> StageMemory {
      let pipeline = Pipeline("head") {
        Classifier(
          SmallClinic.encoder.frozen(), classes: 3, named: "head", views: views, batch: 8,
          averagingFlips: true)
      }
      return try pipeline.memory(on: dataset, workers: workers)[0]
    }
    let (table, whole) = (try memory(.scored), try memory(.supervised))
    let encoder = try InferenceNetwork.Plan(SmallClinic.encoder, size: 16, channels: 3, workers: workers)
    let rows = FeatureTable.bytes(rows: 24 + 4 * 30, columns: encoder.output.shape.channels)
    #expect(rows > 144 * 4 * encoder.output.shape.channels)
    #expect(table.features > rows + encoder.program.arenaBytes + 64 * 16 * 16 * 3 * 4)
    #expect(table.features < rows + encoder.program.arenaBytes * 2)
    #expect((table.batch, table.photographs, table.evaluation) == (0, 0, 0))
    #expect(table.step < whole.step && whole.features == 0)
    let own = table.step + table.weights + table.features
    #expect(table.total == table.program + table.reading + own)
    #expect(table.summary.contains(" for features of photographs)"))
  }

  @Test func isLessWithSmallerBatchesImagesAndCheckpoints() throws {
    let dataset = try SmallClinic.dataset()
    func step(_ pipeline: Pipeline, size: Int = 16) throws -> Int {
      try pipeline.memory(on: dataset, size: size, workers: workers)[0].step
    }
    let whole = try step(pipeline())
    #expect(try step(pipeline(batch: 4)) < whole)
    #expect(try step(pipeline(), size: 8) < whole)
    #expect(try step(pipeline(checkpointed: true)) < whole * 2 / 3)
  }

  @Test func isDescribed() throws {
    let memory = try pipeline().memory(on: try SmallClinic.dataset(), workers: workers)
    let lines = pipeline().describe(memory).split(separator: "\n").filter { $0.contains("takes") }
    #expect(lines.map { $0.drop { $0 != "t" } } == memory.map { "takes \($0.summary)" })
    #expect(memory[0].summary.hasPrefix(SystemMemory.text(memory[0].total) + " of memory ("))
    #expect(memory[1].summary.hasSuffix(" to evaluate afterwards)"))
  }

  @Test func aRunThatDoesNotFitIsRefused() throws {
    let folder = try ScratchFolder()
    let dataset = try SmallClinic.dataset()
    let needed = try pipeline().memory(on: dataset, workers: workers)
    let largest = try #require(needed.max { $0.total < $1.total })
    let most = largest.total
    // No more of it than the program itself is there already.
    let errors = try #require(throws: PipelineErrors.self) {
      try run(pipeline(), dataset, folder, available: most - largest.program - 1)
    }
    #expect(errors.problems.contains { $0.hasPrefix("The stage \"\(largest.stage)\" needs") })
    #expect(try folder.contents.isEmpty)
    #expect(try run(pipeline(), dataset, folder, available: most).stages.count == 2)
    // What is finished takes nothing.
    #expect(try run(pipeline(), dataset, folder, available: 0).stages.allSatisfy(\.isReused))
  }

  @Test(arguments: [
    (false, "or Checkpoint { } around layers of the encoder"), (true, "or a smaller encoder"),
  ])
  func theRefusalSaysWhatToChange(checkpointed: Bool, remedy: String) throws {
    let dataset = try SmallClinic.dataset()
    let memory = try pipeline(checkpointed: checkpointed).memory(on: dataset, workers: workers)[0]
    func refusal(_ system: SystemMemory) -> String? {
      memory.refusal(in: system, resident: 1 << 20, mapped: 3 << 20)
    }
    let sentence = try #require(refusal(SystemMemory(available: 1 << 20)))
    #expect(
      sentence.hasPrefix(
        "The stage \"simclr\" needs \(memory.summary), of which the program has 1.0 MiB, but only 1.0 MiB are available; "
      ))
    #expect(
      sentence.contains("use a batch of fewer than 8, views smaller than 16 pixels, mixed precision"))
    #expect(sentence.hasSuffix("\(remedy)."))
    let mixed = pipeline(checkpointed: checkpointed, precision: .mixed)
    let inMixed = try mixed.memory(on: dataset, workers: workers)[0].refusal(
      in: SystemMemory(available: 1 << 20), resident: 1 << 20, mapped: 3 << 20)
    #expect(try !#require(inMixed).contains("mixed precision"))
    #expect(refusal(SystemMemory(available: memory.total - 1 << 20)) == nil)
    let limited = SystemMemory(available: nil, addressSpace: memory.total)
    #expect(
      try #require(refusal(limited)).contains(
        "and 3.0 MiB of address space for threads, of which the program has 1.0 MiB, but only "
          + "\(SystemMemory.text(memory.total)) are left of the process's limit (ulimit -v or -d)"))
  }

  @Test func photographsThatDoNotFitAreRefused() throws {
    let dataset = try Dataset(
      (0..<10).map { index in
        Photograph(id: "\(index)", patient: "\(index)") { Image(width: 512, height: 512, filledWith: 0.5) }
      }, classes: [], source: "test")
    #expect(throws: Never.self) { try dataset.loaded(by: workers, of: SystemMemory(available: 30 << 20)) }
    #expect(throws: Never.self) { try dataset.loaded(by: workers, of: SystemMemory(available: nil)) }
    let error = try #require(throws: DataError.self) {
      try dataset.loaded(by: workers, leaving: 40 << 20, of: SystemMemory(available: 50 << 20))
    }
    #expect(
      error.description == """
        10 photographs would take 30 MiB of memory and training another 40 MiB, but 50 MiB are available; \
        use fewer or smaller photographs, or a dataset that reads each when it is needed
        """)
    // Those in memory are there already.
    #expect(throws: Never.self) {
      try SmallClinic.dataset().loaded(by: workers, of: SystemMemory(available: 0))
    }
  }

  private func run(
    _ pipeline: Pipeline, _ dataset: Dataset, _ folder: ScratchFolder, available: Int
  ) throws -> Report {
    try pipeline.run(
      on: dataset, output: folder.url, workers: workers, memory: SystemMemory(available: available),
      reporting: { _ in })
  }
}
