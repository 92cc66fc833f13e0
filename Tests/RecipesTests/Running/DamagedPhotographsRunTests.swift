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

  @Test func aStrictRunEndsAtTheFirst() throws {
    let folder = try ScratchFolder()
    #expect(throws: DataError.unreadable(photograph: "P4-0", reason: "no picture")) {
      try run(clinic(damaged: ["P4-0"]).strict(), in: folder, threads: 1, SmallClinic.Log())
    }
  }

  @Test func aSplitWithoutAReadablePhotographIsAnError() throws {
    let damaged = Set((200..<209).flatMap { ["P\($0)-0", "P\($0)-1"] })
    let folder = try ScratchFolder()
    let expected = DataError.nothingReadable(
      photograph: "P200-0", others: 17, reason: "photograph P200-0 cannot be read: no picture")
    #expect(throws: expected) {
      try run(clinic(damaged: damaged), in: folder, threads: 1, SmallClinic.Log())
    }
    #expect(try folder.contents.contains("no-pretraining.classifier.safetensors"))
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
