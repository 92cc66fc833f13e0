import Foundation
import Testing

@testable import Recipes

/// Runs of one repetition each, evaluated together.
@Suite(.serialized) struct RunCollectionTests {
  private static func pipeline(_ repetitions: Range<Int>, epochs: Int = 1) -> Pipeline {
    Pipeline("small") {
      for repetition in repetitions {
        let simclr = SimCLR(SmallClinic.encoder, batch: 8, epochs: epochs, repetition: repetition)
        let search = Search(learningRates: [0.01, 0.1])
        Classifier(
          SmallClinic.encoder, classes: 3, named: "none", batch: 8, epochs: 1, search: search,
          repetition: repetition)
        Classifier(
          SmallClinic.encoder, classes: 3, named: "SimCLR", after: simclr, batch: 8, epochs: 1,
          repetition: repetition)
      }
    }
  }

  @discardableResult
  private static func run(
    _ pipeline: Pipeline, on dataset: Dataset? = nil, seed: UInt64 = 3, in folder: URL
  ) throws -> RunArchive {
    let workers = Workers(count: 1)
    defer { workers.stop() }
    try pipeline.run(
      on: try dataset ?? SmallClinic.dataset(), in: RunFolder(folder), seed: seed, workers: workers,
      origin: RunOrigin(settings: ["seed": "\(seed)", "batch": "8"]), reporting: { _ in })
    return try RunArchive(in: folder)
  }

  /// Three runs of one repetition each have the weights of one run of three, and together its results.
  @Test func repetitionsByThemselvesAreThoseOfOneRun() throws {
    let scratch = try ScratchFolder()
    let whole = try Self.run(Self.pipeline(0..<3), in: scratch.url.appending(path: "whole"))
    let choices = try #require(whole.results.run?.choices)
    #expect(choices.keys.sorted() == ["none"])
    var runs = [try Self.run(Self.pipeline(0..<1), in: scratch.url.appending(path: "1"))]
    #expect(runs[0].results.run?.choices == choices)
    for repetition in 1..<3 {
      runs.append(
        try Self.run(
          Self.pipeline(repetition..<(repetition + 1)).choosing(choices),
          in: scratch.url.appending(path: "\(repetition + 1)")))
    }
    for run in runs {
      for stage in run.results.run?.stages ?? [] {
        // With the hash of the stage, and its history.
        let files = [run, whole].map { $0.folder.appending(path: stage.weights) }
        #expect(try Data(contentsOf: files[0]) == Data(contentsOf: files[1]), "\(stage.title)")
      }
      #expect(FileManager.default.fileExists(atPath: run.folder.appending(path: "gallery.json").path))
    }

    let second = try Self.pipeline(1..<2).choosing(choices).forecast(
      on: try SmallClinic.dataset(), in: scratch.url.appending(path: "nowhere"), seed: 3, page: nil)
    #expect(second.work.map(\.trainings) == [1, 1, 1])

    let output = scratch.url.appending(path: "together")
    let collection = try RunCollection(of: [runs[2], runs[0], runs[1]], ignoring: ["seed"])
    let results = try collection.write(in: RunFolder(output), command: ["collect"])
    #expect(results.branches == whole.results.branches && results.branches.count == 2)
    #expect(results.branches.allSatisfy { $0.scores.repetitions == 3 })
    #expect(results.differences == whole.results.differences)
    #expect(results.table == whole.results.table && results.seed == 3)
    #expect(abs(results.seconds - runs.reduce(0) { $0 + $1.results.seconds }) < 1e-6)

    let archive = try RunArchive(in: output)
    #expect(archive.results == results && archive.photographs == whole.photographs)
    #expect(archive.scores == whole.scores && archive.scores.count == 6)
    let record = try #require(archive.results.run)
    let known = try #require(whole.results.run)
    #expect(record.stages.map(\.title) == known.stages.map(\.title))
    #expect(record.stages.map(\.predecessor) == known.stages.map(\.predecessor))
    #expect(record.stages.map(\.predictions) == known.stages.map(\.predictions))
    #expect(record.stages.map(\.weightsHash) == known.stages.map(\.weightsHash))
    #expect(record.seeds == nil && record.settings == ["seed": "3", "batch": "8"])
    #expect(record.command == ["collect"])
    #expect(record.data == known.data)
    #expect(archive.history.epochs.keys.sorted() == whole.history.epochs.keys.sorted())
    for (title, epochs) in whole.history.epochs {
      #expect(archive.history.epochs[title]?.map(\.loss) == epochs.map(\.loss), "\(title)")
    }
    let page = try String(contentsOf: output.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("means over 3 repetitions") && page.contains("repetition 3"))
    #expect(try Gallery(in: output) == Gallery(in: runs[0].folder))
    try collection.write(in: RunFolder(output), page: .init(withoutPhotographs: true))
    #expect(try Gallery(in: output) == nil)
  }

  /// Repetitions of several seeds are numbered in the order of the seeds.
  @Test func seedsAreRepetitions() throws {
    let scratch = try ScratchFolder()
    let runs = try [UInt64(9), 4].map { seed in
      try Self.run(Self.pipeline(0..<1), seed: seed, in: scratch.url.appending(path: "\(seed)"))
    }
    let output = scratch.url.appending(path: "all")
    let results = try RunCollection(of: runs, ignoring: ["seed"]).write(in: RunFolder(output))
    let tests = try ["none", "SimCLR"].flatMap { name in
      try [runs[1], runs[0]].map { run in
        (name: name, predictions: try #require(run.scores[name]?.part(of: .test)).predictions)
      }
    }
    let expected = try Results(evaluating: tests, seconds: 0, seed: 4)
    #expect(results.branches == expected.branches && results.differences == expected.differences)
    let record = try #require(results.run)
    #expect(record.stages.map(\.title) == ["none", "simclr", "SimCLR", "none #2", "simclr #2", "SimCLR #2"])
    #expect(record.stages.last?.predecessor == "simclr #2" && record.settings["seed"] == "4; 9")
    #expect(record.seeds == [4, 9])
    let page = try String(contentsOf: output.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("in their order, with seeds 4, 9."))
    #expect(page.contains(/<td[^>]*>4, 9<\/td>/))
    let history = try RunArchive(in: output).history.epochs
    #expect(history["simclr"]?.map(\.loss) == runs[1].history.epochs["simclr"]?.map(\.loss))
    #expect(history["simclr #2"]?.map(\.loss) == runs[0].history.epochs["simclr"]?.map(\.loss))

    let settings = #expect(throws: CollectionError.self) { _ = try RunCollection(of: runs) }
    #expect(
      settings
        == .different(
          what: "the setting \"seed\"", run: runs[1].folder.relativePath, value: "4",
          first: runs[0].folder.relativePath, firstValue: "9"))
    let longer = try Self.run(
      Self.pipeline(1..<2, epochs: 2), seed: 9, in: scratch.url.appending(path: "longer"))
    let error = #expect(throws: CollectionError.self) { _ = try RunCollection(of: [runs[0], longer]) }
    let sentence = error?.description ?? ""
    #expect(sentence.contains("\"simclr\" it has Optimize("), "\(sentence)")
  }

  /// The first photograph that differs is named, where a hash alone would tell nothing.
  @Test func otherLabelsAreSaid() throws {
    let scratch = try ScratchFolder()
    let runs = try [12, 11].map { labelled in
      try Self.run(
        Self.pipeline(0..<1), on: SmallClinic.dataset(labelled: labelled), seed: UInt64(labelled),
        in: scratch.url.appending(path: "\(labelled)"))
    }
    let error = #expect(throws: CollectionError.self) {
      _ = try RunCollection(of: runs, ignoring: ["seed"])
    }
    #expect(
      error
        == .different(
          what: "the photograph P11-0", run: runs[1].folder.relativePath,
          value: "patient P11, train, label none", first: runs[0].folder.relativePath,
          firstValue: "patient P11, train, label c"))
  }

  /// A number from a damaged file does not end the process.
  @Test(arguments: [Int.max, .min, -1]) func aRepetitionOfAnyNumber(number: Int) throws {
    let scratch = try ScratchFolder()
    let run = try #require(try samples([SampleRun()], in: scratch.url).first)
    let file = run.folder.appending(path: "results.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    let damaged = text.replacing(/"repetition" : 0/, with: "\"repetition\" : \(number)")
    #expect(damaged != text)
    try Data(damaged.utf8).write(to: file)
    let results = try RunCollection(of: [try RunArchive(in: run.folder)]).write(
      in: RunFolder(scratch.url.appending(path: "all")))
    #expect(results.branches == run.results.branches)
  }

  @Test func aChoiceIsAPointOfTheSearch() throws {
    let scratch = try ScratchFolder()
    let point = Search.Point(learningRate: 0.5, weightDecay: nil)
    let error = #expect(throws: PipelineErrors.self) {
      try Self.run(Self.pipeline(0..<1).choosing(["none": point]), in: scratch.url)
    }
    #expect(error?.problems.count == 1 && error?.description.contains("has no point rate 0.5, which") == true)
  }

  @Test(arguments: [(0.003, nil), (1e-7, 0), (0.1, 1e-4)] as [(Double, Double?)])
  func aPointIsReadBack(rate: Double, decay: Double?) {
    let point = Search.Point(learningRate: rate, weightDecay: decay)
    #expect(Search.Point("\(point)") == point)
    #expect(Search.Point("\(point), or so") == nil && Search.Point("rate fast") == nil)
  }

  /// Writes runs that nobody trained, in folders of their own.
  private func samples(_ runs: [SampleRun], in folder: URL) throws -> [RunArchive] {
    try runs.enumerated().map { place, run in
      let own = folder.appending(path: "\(place)")
      try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
      return try run.archive(in: own)
    }
  }

  private static func changed(_ change: (inout SampleRun) -> Void) -> SampleRun {
    var run = SampleRun()
    change(&run)
    return run
  }

  @Test(arguments: [
    (changed { $0.settings["epochs"] = "21" }, #"in the setting "epochs" it has 21, the other 20. Only"#),
    (changed { $0.settings["epochs"] = nil }, #"in the setting "epochs" it has nothing, the other 20. Only"#),
    (changed { $0.settings["size"] = "6" }, #"in the setting "size" it has 6, the other 64. Only"#),
    (changed { $0.name = "other" }, "in the pipeline's name it has other, the other skin-micle. Only"),
    (changed { $0.classes[4] = "rosacea" }, "in the classes it has acne, eczema, melanoma, nevus, rosacea,"),
    (changed { $0.branches.removeLast() }, "in the stages it has simclr, micle, no pretraining, SimCLR, the"),
    (changed { $0.seed = 8 }, "the evaluated photographs, their patients or labels differ, first at images/"),
    (changed { $0.epochs = 5 }, #"in line 5 of "no pretraining" it has Optimize("#),
    (changed { $0.classes = Array($0.classes.reversed()) }, "in the classes it has psoriasis, nevus,"),
    (changed { _ in }, #"both have "no pretraining" with seed 7: name each repetition once."#),
  ])
  func whatDoesNotBelongIsSaid(other: SampleRun, sentence: String) throws {
    let scratch = try ScratchFolder()
    let runs = try samples([SampleRun(), other], in: scratch.url)
    let error = #expect(throws: CollectionError.self) { _ = try RunCollection(of: runs) }
    #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
    #expect(error?.description.hasPrefix(runs[1].folder.relativePath) == true)
  }

  @Test func whatIsMissingIsSaid() throws {
    let scratch = try ScratchFolder()
    #expect(throws: CollectionError.noRuns) { _ = try RunCollection(of: []) }
    let runs = try samples(
      [
        Self.changed { $0.hasRecord = false }, Self.changed { $0.branches = [] }, SampleRun(),
      ], in: scratch.url)
    let names = runs.map(\.folder.relativePath)
    #expect(throws: CollectionError.noRecord(run: names[0])) { _ = try RunCollection(of: [runs[0]]) }
    #expect(throws: CollectionError.noClassifier(run: names[1])) { _ = try RunCollection(of: [runs[1]]) }
    let alone = try RunCollection(of: [runs[2]])
    #expect(throws: CollectionError.folderOfRun(names[2])) {
      try alone.write(in: RunFolder(runs[2].folder))
    }
    let table = try #require(runs[2].results.run?.stages.last?.predictions)
    try FileManager.default.removeItem(at: runs[2].folder.appending(path: table))
    let without = try RunArchive(in: runs[2].folder)
    #expect(throws: CollectionError.noScores(run: names[2], stage: "SimCLR + MICLe")) {
      _ = try RunCollection(of: [without])
    }
  }
}
