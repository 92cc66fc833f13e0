import Foundation
import Recipes

/// The audit of photographs by an encoder that is trained on all of them, without labels, or by an earlier
/// one.
struct AuditCommand {
  /// The handling of near-duplicates across splits.
  enum Leaks: String, CaseIterable {
    /// They are listed.
    case list
    /// They are an error.
    case refuse
    /// Training photographs are listed in `removed.csv`, for a run to leave out.
    case remove
  }

  /// The layers of the encoder.
  let encoder: any ImageEncoder
  /// Its weight file; nil to train one.
  let weights: URL?
  /// The handling of near-duplicates across splits, and the distance below which a pair is one.
  let leaks: Leaks
  let alike: AlikeThreshold
  let withoutPhotographs: Bool
  let console: Console

  /// Audits the photographs of a setup, and writes the findings to the folder `audit` in that of the run and
  /// a page to `audit.html`. An encoder that is trained for it is in the folder `encoder` of `audit`, apart
  /// from the files of a run.
  func run(on setup: RunSetup, in folder: RunFolder, seed: UInt64) throws {
    let dataset = setup.cachedDataset
    let files = AuditFiles(in: folder.url.appending(path: "audit"))
    let weights =
      try weights ?? train(setup, on: dataset, in: files.folder.appending(path: "encoder"), seed: seed)
    let findings = try Audit().run(
      encoder, weights: weights, on: dataset, size: setup.size, output: files.folder,
      withPhotographs: !withoutPhotographs)
    let page = folder.url.appending(path: "audit.html")
    try AuditReport(of: files, withoutPhotographs: withoutPhotographs).write(to: page)
    console.print("\n\(findings.summary)")
    console.say(
      "\nTables to work through are in \(files.folder.relativePath), pictures in \(page.relativePath).")
    switch leaks {
    case .list: break
    case .refuse: try findings.refuseLeaks(closerThan: alike)
    case .remove:
      let (_, removed) = try findings.removingLeaks(from: setup.dataset, closerThan: alike)
      let rows = removed.map { [$0.photograph, $0.split.rawValue, $0.reason] }
      let table = files.folder.appending(path: "removed.csv")
      try AtomicFile.write(CSV.text(of: [["photograph", "split", "reason"]] + rows), to: table)
      let what = removed.count == 1 ? "1 photograph that looks" : "\(removed.count) photographs that look"
      console.print(
        removed.isEmpty
          ? "No photograph looks like one of another split."
          : "\(what) like one of another split: run --leave-out \(table.relativePath) does without.")
    }
  }

  /// Trains the setup's SimCLR on all photographs, of every split, and returns its weight file.
  private func train(
    _ setup: RunSetup, on dataset: Dataset, in place: URL, seed: UInt64
  ) throws -> URL {
    let folder = try RunFolder(place)
    defer { withExtendedLifetime(folder) {} }
    var recipe = setup.recipe
    recipe.branches = [.simclr]
    recipe.tunings = [.none]
    recipe.repetitions = 0..<1
    let (pipeline, pooled) = (recipe.pipeline, try dataset.pooled())
    let forecast = try pipeline.forecast(on: pooled, in: place, size: setup.size, seed: seed, page: nil)
    console.say(pipeline.describe(forecast.memory))
    console.say(try setup.summary(of: forecast) + "\n")
    console.begin(forecast.work)
    defer { console.finish() }
    let report = try pipeline.run(
      on: pooled, in: folder, size: setup.size, seed: seed,
      interruption: Signals.interruption, page: nil, reporting: console.callAsFunction)
    return report.stages[0].weights
  }
}
