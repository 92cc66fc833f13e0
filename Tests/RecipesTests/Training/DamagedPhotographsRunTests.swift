import Foundation
import Recipes
import Testing

/// Runs on photographs of which some cannot be read.
struct DamagedPhotographsRunTests {
  private struct Damage: Error, CustomStringConvertible { let description = "no picture" }

  private func clinic(damaged: Set<String>) throws -> Dataset {
    let whole = try SmallClinic.dataset()
    func photographs(_ split: Split) throws -> [Photograph] {
      try whole.photographs.indices.filter { whole.splits[$0] == split }.map { index in
        let (known, image) = (whole.photographs[index], try whole.image(at: index))
        return Photograph(id: known.id, patient: known.patient, label: known.label) {
          if damaged.contains(known.id) { throw Damage() }
          return image
        }
      }
    }
    return try Dataset(
      train: photographs(.train), validation: photographs(.validation), test: photographs(.test),
      classes: whole.classes, source: "test")
  }

  private func run(
    _ dataset: Dataset, in folder: ScratchFolder, threads: Int, _ log: SmallClinic.Log
  ) throws -> Report {
    let workers = Workers(count: threads)
    defer { workers.stop() }
    return try SmallClinic.pipeline(epochs: 1).run(
      on: dataset, output: folder.url, seed: 7, workers: workers
    ) { log.note($0) }
  }

  @Test func theyArePassedOverAndListed() throws {
    let damaged: Set<String> = ["P0-0", "P3-1", "P4-0", "P4-1", "P101-0", "P201-1", "P203-0", "P203-1"]
    var bits: [Data] = []
    for threads in [1, 2] {
      let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
      let report = try run(clinic(damaged: damaged), in: folder, threads: threads, log)
      #expect(
        report.damaged.map(\.id) == [
          "P0-0", "P3-1", "P4-0", "P4-1", "P101-0", "P201-1", "P203-0", "P203-1",
        ])
      let results = try Results(contentsOf: folder.url.appending(path: "results.json"))
      #expect(results.damaged.map(\.file) == report.damaged.map(\.id))
      #expect(results.damaged.allSatisfy { $0.reason == "no picture" })
      let lines = log.lines.filter { $0.contains("cannot be read") }
      #expect(lines.count == 6)
      #expect(lines[0] == "passed over: photograph P0-0 cannot be read: no picture")
      #expect(
        lines.last == "photographs that cannot be read and are passed over besides: 3; the report lists them")
      bits.append(try Data(contentsOf: folder.url.appending(path: "simclr-micle.classifier.safetensors")))
    }
    #expect(bits[0] == bits[1])
  }

  private static let damaged: Set<String> = [
    "P0-0", "P3-1", "P4-0", "P5-1", "P7-0", "P9-1", "P101-0", "P203-1",
  ]

  // Batches that leave some photographs out of each epoch.
  private func run(
    in folder: URL, _ dataset: Dataset, reporting: @escaping (RunEvent) -> Void = { _ in }
  ) throws -> Report {
    let pipeline = Pipeline("few") {
      let simclr = SimCLR(
        SmallClinic.encoder, head: ProjectionHead(hidden: [8], output: 8), optimizer: SGD(learningRate: 0.05),
        batch: 9, epochs: 3)
      simclr
      Classifier(SmallClinic.encoder, classes: 3, named: "after", after: simclr, batch: 8, epochs: 1)
    }
    return try pipeline.run(
      on: dataset, output: folder, seed: 7, workers: Workers(count: 1), reporting: reporting)
  }

  @Test func theListIsTheSameHoweverOftenARunIsRepeatedOrBroken() throws {
    let folder = try ScratchFolder()
    // What is there when a line is logged is what a run leaves behind that is killed then.
    let killed = [
      "simclr  epoch 2/3": try ScratchFolder(), "simclr  linear": try ScratchFolder(),
      "after  takes": try ScratchFolder(),
    ]
    let first = try run(in: folder.url, clinic(damaged: Self.damaged)) { event in
      guard let line = event.line else { return }
      for (place, copy) in killed where line.hasPrefix(place) {
        for name in (try? folder.contents) ?? [] {
          try? FileManager.default.copyItem(
            at: folder.url.appending(path: name), to: copy.url.appending(path: name))
        }
      }
    }
    #expect(Set(first.damaged.map(\.id)) == Self.damaged)
    let files = try folder.contents
    let bits = try files.map { try Data(contentsOf: folder.url.appending(path: $0)) }
    func check(_ url: URL) throws {
      let report = try run(in: url, clinic(damaged: Self.damaged))
      #expect(report.damaged == first.damaged)
      let results = try Results(contentsOf: url.appending(path: "results.json"))
      #expect(results.damaged == first.results?.damaged)
      for (name, bits) in zip(files, bits)
      where !["results.json", "history.jsonl", "report.html"].contains(name) {
        #expect(try Data(contentsOf: url.appending(path: name)) == bits, "\(name)")
      }
    }
    try check(folder.url)
    for (place, copy) in killed {
      #expect(try !copy.contents.isEmpty, "\(place)")
      try check(copy.url)
    }
  }

  // The photographs of a stage that ran before do not count for one that does not see them.
  @Test func aStageListsWhatItHasAskedForAlone() throws {
    let folder = try ScratchFolder()
    _ = try run(in: folder.url, clinic(damaged: ["P0-0", "P101-0", "P203-1"]))
    func listed(_ name: String) throws -> String? {
      try SafeTensors.read(folder.url.appending(path: name + ".safetensors")).metadata["loupe.damaged"]
    }
    #expect(try listed("simclr")?.contains("P101-0") == true)
    #expect(try listed("after.classifier")?.contains("P101-0") == false)
    #expect(try listed("after.classifier")?.contains("P0-0") == true)
    #expect(try listed("after.classifier.predictions")?.contains("P203-1") == true)
    #expect(try listed("after.classifier.predictions")?.contains("P0-0") == false)
  }

  @Test func aStrictRunDoesNotReuseWhatPassedPhotographsOver() throws {
    let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
    _ = try run(in: folder.url, clinic(damaged: ["P3-1"]))
    #expect(throws: DataError.unreadable(photograph: "P3-1", reason: "no picture")) {
      try run(in: folder.url, clinic(damaged: ["P3-1"]).strict()) { log.note($0) }
    }
    #expect(log.lines.contains { $0.hasPrefix("simclr  is trained again: the run that wrote ") })
  }

  /// Photographs of a folder that are replaced by others of the same names.
  @Test func replacedPhotographsAreTrainedOn() throws {
    let pictures = try ScratchFolder()
    func write(_ seed: Int) throws {
      for patient in 0..<8 {
        var generator = CounterGenerator(seed: UInt64(seed), patient)
        let pixels = (0..<16 * 16 * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try (Data("P6 16 16 255\n".utf8) + Data(pixels)).write(
          to: pictures.url.appending(path: "\(patient).ppm"))
      }
    }
    let folder = try ScratchFolder()
    func run() throws -> Report {
      let photographs = (0..<8).map {
        Photograph(id: "\($0)", patient: "\($0)", file: pictures.url.appending(path: "\($0).ppm"))
      }
      let simclr = Pipeline("one") {
        SimCLR(
          SmallClinic.encoder, head: ProjectionHead(hidden: [8], output: 8),
          optimizer: SGD(learningRate: 0.05),
          batch: 4, epochs: 1)
      }
      return try simclr.run(
        on: Dataset(photographs, classes: [], source: "same"), output: folder.url, size: 16,
        workers: Workers(count: 1), reporting: { _ in })
    }
    try write(1)
    _ = try run()
    #expect(try run().stages[0].isReused)
    let before = try Data(contentsOf: folder.url.appending(path: "simclr.safetensors"))
    try write(2)
    #expect(try !run().stages[0].isReused)
    #expect(try Data(contentsOf: folder.url.appending(path: "simclr.safetensors")) != before)
  }

  @Test func aStrictRunEndsAtTheFirst() throws {
    let folder = try ScratchFolder()
    #expect(throws: DataError.unreadable(photograph: "P4-0", reason: "no picture")) {
      try run(clinic(damaged: ["P4-0"]).strict(), in: folder, threads: 1, SmallClinic.Log())
    }
  }

  @Test func aSplitWithoutAReadablePhotographIsAnError() throws {
    let damaged = Set((200..<209).flatMap { ["P\($0)-0", "P\($0)-1"] })
    let folder = try ScratchFolder()
    let errors = try #require(throws: PipelineErrors.self) {
      try run(clinic(damaged: damaged), in: folder, threads: 1, SmallClinic.Log())
    }
    #expect(
      errors.problems == [
        "None of the 18 labelled photographs to score a classifier on in the test split can be read: replace them. The "
          + "first: photograph P200-0 cannot be read: no picture. (the stages \"no pretraining\", \"SimCLR + MICLe\")"
      ])
    #expect(try folder.contents.isEmpty)
  }

  @Test func whyNothingIsKeptIsToldOnce() throws {
    let (folder, log) = (try ScratchFolder(), SmallClinic.Log())
    let file = folder.url.appending(path: "file")
    try Data().write(to: file)
    let dataset = try SmallClinic.dataset().cached(in: file.appending(path: "below"), shorterSide: 8)
    _ = try run(dataset, in: folder, threads: 1, log)
    #expect(log.lines.filter { $0.hasPrefix("No more pictures are kept in \(file.path)/below") }.count == 1)
  }
}
