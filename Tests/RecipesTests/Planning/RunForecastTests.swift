import Foundation
import Testing

@testable import Recipes

/// What a forecast says of the folder of a run: what is left, and what it takes.
struct RunForecastTests {
  private let folder: ScratchFolder
  private let workers = Workers(count: 1)

  init() throws { folder = try ScratchFolder() }

  private func forecast(
    _ pipeline: Pipeline = SmallClinic.pipeline(), on dataset: Dataset? = nil,
    page: RunReport.Options? = RunReport.Options()
  ) throws -> RunForecast {
    try pipeline.forecast(
      on: dataset ?? SmallClinic.dataset(), in: folder.url, seed: 7, page: page, workers: workers)
  }

  private func run(_ pipeline: Pipeline = SmallClinic.pipeline()) throws {
    try pipeline.run(
      on: SmallClinic.dataset(), output: folder.url, seed: 7, workers: workers, reporting: { _ in })
  }

  @Test func whatIsFinishedIsNotLeft() throws {
    let first = try forecast()
    #expect(first.work.map(\.trainings) == [1, 1, 1, 1])
    #expect(first.summary.contains(/of disk\. It trains \d+ steps; they take about \d+/))
    #expect(first.summary.contains(/, evaluations and the report about \d+ s more \(estimates\)\.$/))
    #expect(try #require(first.otherSeconds) > 0)
    let withoutPage = try forecast(page: nil)
    #expect(try #require(withoutPage.otherSeconds) < #require(first.otherSeconds))
    #expect(withoutPage.disk < first.disk)

    try run()
    let second = try forecast()
    #expect(second.work.map(\.trainings) == [0, 0, 0, 0] && second.steps == 0 && second.seconds == nil)
    #expect(second.summary.hasSuffix(" of disk. All stages are finished."))

    for name in ["micle.safetensors", "no-pretraining.classifier.safetensors"] {
      try FileManager.default.removeItem(at: folder.url.appending(path: name))
    }
    let third = try forecast()
    #expect(third.work.map(\.trainings) == [1, 0, 1, 0])
    #expect(
      third.summary.contains(
        " of disk. 2 of 4 stages are finished; left to train: no pretraining, micle. It trains "))
  }

  /// Disk is an estimate from above.
  @Test func theReportHasTheRoomThatWasSaid() throws {
    let said = try forecast().disk - forecast(page: nil).disk
    try run()
    let made = try ["gallery.json", "gallery.features.safetensors", "report.html"].reduce(0) { sum, name in
      let file = folder.url.appending(path: name)
      return sum + (try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
    }
    #expect(said >= made)
  }

  @Test func theTrialsOfASearchAreKnown() throws {
    func pipeline(_ rates: [Double]) -> Pipeline {
      Pipeline("p") {
        for repetition in 0..<2 {
          Classifier(
            SmallClinic.encoder, classes: 3, named: "branch", optimizer: SGD(learningRate: 0.02), batch: 8,
            epochs: 2, search: Search(learningRates: rates), repetition: repetition)
        }
      }
    }
    #expect(try forecast(pipeline([0.01, 0.05])).work.map(\.trainings) == [2, 1])
    try run(pipeline([0.01, 0.05]))
    #expect(try forecast(pipeline([0.01, 0.05])).work.map(\.trainings) == [0, 0])
    #expect(try forecast(pipeline([0.01, 0.05, 1e-7, 0.02])).work.map(\.trainings) == [2, 1])
    try FileManager.default.removeItem(at: folder.url.appending(path: "branch.2.classifier.safetensors"))
    #expect(try forecast(pipeline([0.01, 0.05])).work.map(\.trainings) == [0, 1])
  }

  /// Stages are the same on photographs that are read on demand, kept in memory or cached.
  @Test func finishedStagesAreKnownBeforePhotographsAreRead() throws {
    let dataset = try SmallClinic.dataset()
    let rendered = try dataset.with(
      dataset.photographs.map { photograph in
        let index = dataset.photographs.firstIndex { $0.id == photograph.id } ?? 0
        let image = try dataset.image(at: index)
        return Photograph(
          id: photograph.id, patient: photograph.patient, label: photograph.label,
          attributes: photograph.attributes
        ) { image }
      }, splits: dataset.splits)
    let loaded = try rendered.loaded(by: workers)
    #expect(loaded.fingerprint == rendered.fingerprint)
    #expect(try loaded.loaded(by: workers).fingerprint == rendered.fingerprint)
    #expect(try loaded.pooled().fingerprint == rendered.pooled().fingerprint)
    #expect(try loaded.bytesToLoad() == 0 && loaded.image(at: 3) == rendered.image(at: 3))
    try SmallClinic.pipeline().run(
      on: loaded, output: folder.url, seed: 7, workers: workers, reporting: { _ in })
    #expect(try forecast(on: rendered).steps == 0)
    let reduced = rendered.reduced(toShorterSide: 12)
    #expect(try forecast(on: reduced).work.map(\.trainings) == [1, 1, 1, 1])
    try SmallClinic.pipeline().run(
      on: reduced.cached(in: folder.url.appending(path: "cache"), shorterSide: 12), output: folder.url,
      seed: 7, workers: workers, reporting: { _ in })
    #expect(try forecast(on: reduced).steps == 0)
  }
}
