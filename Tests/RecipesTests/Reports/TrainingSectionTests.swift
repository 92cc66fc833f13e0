import Foundation
import Testing

@testable import Recipes

@Suite struct TrainingSectionTests {
  private let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private func text(_ run: RunArchive) -> String {
    RunReport(of: run).training.flatMap(\.content).map(\.html).joined()
  }

  @Test func everyStageHasAChartOfWhatWasMeasured() throws {
    let html = text(try SampleRun().archive(in: scratch.url))
    for id in [
      "training-loss-1", "training-loss-5", "training-neighbors-2", "training-validation-3",
      "training-rank-2",
      "training-deviation-2", "training-rate-5",
    ] {
      #expect(html.contains("<figure id=\"\(id)\">"))
    }
    // Classifiers have no embeddings, pretrainings no early stopping.
    #expect(!html.contains("training-rank-3") && !html.contains("training-validation-4"))
    #expect(html.matches(of: />identical embeddings<\/text>/).count == 2)
  }

  @Test func repetitionsAreLinesOfOneChart() throws {
    let html = text(try SampleRun(repetitions: 3).archive(in: scratch.url))
    #expect(html.contains("training-loss-5") && !html.contains("training-loss-6"))
    #expect(html.contains("repetition 3"))
  }

  @Test func warningsAndTrialsAreListed() throws {
    let html = text(try SampleRun(branches: [("SimCLR", 1)]).archive(in: scratch.url))
    #expect(html.contains("<strong>micle: </strong>The loss is that of identical embeddings"))
    #expect(html.matches(of: />chosen</).count == 1)
    #expect(html.contains("rate 0.001, weight decay 0.0001</td><td>balanced</td><td class=\"number\">0.662"))
  }

  /// A run of an earlier version: no record, no history, but weight files with theirs.
  @Test func whatOldWeightFilesKnowIsDrawn() throws {
    let run = SampleRun(hasRecord: false, hasHistory: false, hasPhotographs: false)
    let history =
      #"{"losses":[4,3,2.5],"neighbours":{"0":{"top1":0.3,"balanced":0.2},"3":{"top1":0.5,"balanced":0.4}},"#
      + #""spreads":{"3":{"deviation":0.8,"effectiveRank":40,"possibleRank":63}},"validation":[],"#
      + #""probe":{"top1":0.6,"balanced":0.55}}"#
    try SafeTensors.write(
      [], metadata: ["loupe.stage": "simclr", "loupe.history": history],
      to: scratch.url.appending(path: "simclr.safetensors"))
    try Data("nothing".utf8).write(to: scratch.url.appending(path: "broken.safetensors"))
    let html = text(try run.archive(in: scratch.url))
    #expect(html.contains("simclr: 4 at epoch 1, 2.5 at 3; lowest 2.5, highest 4."))
    #expect(html.contains("simclr: 0.2 at epoch 0, 0.4 at 3; lowest 0.2, highest 0.4."))
    #expect(html.contains("<td class=\"number\">60.0 %</td><td class=\"number\">55.0 %</td>"))
    #expect(!html.contains("Learning rate"))
  }

  @Test func aRunThatMeasuredNothingHasNoSuchSection() throws {
    let run = SampleRun(hasRecord: false, hasHistory: false, hasPhotographs: false)
    #expect(RunReport(of: try run.archive(in: scratch.url)).training.isEmpty)
  }
}
