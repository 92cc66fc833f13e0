import Foundation
import Recipes
import Testing

struct RunArchiveTests {
  private static func classifier(_ repetition: Int) -> Classifier {
    Classifier(
      SmallClinic.encoder, classes: 3, named: "branch", batch: 8, epochs: 2,
      search: Search(learningRates: [0.01, 0.1]), repetition: repetition)
  }

  /// What a run leaves is what it reported.
  @Test func aRunIsReadBack() throws {
    let folder = try ScratchFolder()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    let pipeline = Pipeline("two") {
      SimCLR(SmallClinic.encoder, batch: 8, epochs: 2)
      Self.classifier(0)
      Self.classifier(1)
    }
    var events: [RunEvent] = []
    let report = try pipeline.run(
      on: try SmallClinic.dataset(), in: RunFolder(folder.url), seed: 3, workers: workers,
      origin: RunOrigin(
        command: ["loupe", "--seed", "3"], settings: ["seed": "3"], leftOut: [.init(reason: "none", count: 2)]
      )
    ) { events.append($0) }

    let archive = try RunArchive(in: folder.url)
    #expect(archive.results == report.results)
    #expect(archive.branches.map(\.name) == ["branch"] && archive.branches[0].repetitions.count == 2)
    #expect(archive.photographs == PhotographTable(of: try SmallClinic.dataset()))
    let record = try #require(archive.results.run)
    #expect(record.stages.map(\.title) == ["simclr", "branch", "branch #2"])
    #expect(record.stages.map(\.isClassifier) == [false, true, true])
    #expect(record.stages.map(\.choice) == report.stages.map { $0.choice?.description })
    #expect(record.command == ["loupe", "--seed", "3"] && record.settings == ["seed": "3"])
    #expect(record.data.leftOut.map(\.count) == [2])
    #expect(record.data.splits.map(\.patients) == [12, 6, 9])
    #expect(record.data.splits.map(\.labelled) == [[8, 8, 8], [4, 4, 4], [6, 6, 6]])
    #expect(record.data.attributes == ["Third", "period", "second"])
    #expect(Set(record.stages.map(\.weightsHash)).count == 3)

    // The epochs are those of the chosen point, as the weight files have them.
    for stage in report.stages {
      let epochs = try #require(archive.history.epochs[stage.name] ?? archive.history.epochs["branch"])
      if stage.name != "branch #2" { #expect(epochs.map(\.loss) == stage.history.losses) }
      #expect(epochs.map(\.epoch) == [1, 2])
    }
    #expect(archive.history.probes["simclr"] == report.stages[0].history.probe)
    #expect(archive.history.trials.map(\.stage) == ["branch", "branch"])
    let steps = events.compactMap { if case .step(let step) = $0 { step } else { nil } }
    #expect(steps.filter { $0.stage == "simclr" }.map(\.step) == [1, 2, 3, 1, 2, 3])
    #expect(events.last?.line == nil)
  }

  /// A run without classifiers has a record too.
  @Test func pretrainingAlone() throws {
    let folder = try ScratchFolder()
    let workers = Workers(count: 1)
    defer { workers.stop() }
    let report = try Pipeline("one") { SimCLR(SmallClinic.encoder, batch: 8, epochs: 1) }.run(
      on: try SmallClinic.dataset(), output: folder.url, workers: workers, reporting: { _ in })
    #expect(report.results == nil)
    let archive = try RunArchive(in: folder.url)
    #expect(archive.results.branches.isEmpty && archive.branches.isEmpty)
    #expect(archive.results.run?.stages.map(\.name) == ["simclr"])
  }

  @Test func aFolderOfAnEarlierVersion() throws {
    let folder = try ScratchFolder()
    try Data(
      """
      {"version": 1, "classes": 2, "branches": [], "differences": [], "seconds": 1, "seed": 0, "damaged": []}
      """.utf8
    ).write(to: folder.url.appending(path: "results.json"))
    let archive = try RunArchive(in: folder.url)
    #expect(archive.results.run == nil && archive.photographs == nil)
    #expect(archive.branches.isEmpty && archive.history == RunHistory())
  }
}
