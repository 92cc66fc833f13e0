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

  /// The weight file of the encoder; nil to train one.
  let encoder: URL?
  /// The handling of near-duplicates across splits, and the distance below which a pair is one.
  let leaks: Leaks
  let alike: AlikeThreshold
  let withoutPhotographs: Bool
  let console: Console

  /// Audits the photographs of a setup, and writes the findings to the folder `audit` in that of the run and
  /// a page to `audit.html`.
  func run(on setup: RunSetup, in folder: RunFolder, seed: UInt64) throws {
    let dataset =
      setup.cache.map { setup.dataset.cached(in: $0, shorterSide: 2 * setup.size) } ?? setup.dataset
    let weights = try encoder ?? train(setup, on: dataset, in: folder, seed: seed)
    let files = AuditFiles(in: folder.url.appending(path: "audit"))
    let findings = try Audit().run(
      setup.recipe.encoder, weights: weights, on: dataset, size: setup.size, output: files.folder)
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
      console.print(
        "\(removed.count) photographs that look like one of another split are listed in \(table.relativePath); "
          + "run --leave-out with that table does without them.")
    }
  }

  /// Trains the setup's SimCLR on all photographs, of every split, and returns its weight file.
  private func train(
    _ setup: RunSetup, on dataset: Dataset, in folder: RunFolder, seed: UInt64
  ) throws -> URL {
    var recipe = setup.recipe
    recipe.branches = [.simclr]
    recipe.tunings = [.none]
    recipe.repetitions = 1
    let (pipeline, pooled) = (recipe.pipeline, try dataset.pooled())
    let memory = try pipeline.memory(on: pooled, size: setup.size)
    console.say(pipeline.describe(memory))
    let photographs =
      setup.cache == nil ? try pooled.loaded(leaving: memory.map(\.total).max() ?? 0) : pooled
    let report = try pipeline.run(
      on: photographs, in: folder, size: setup.size, seed: seed,
      interruption: Signals.interruption, page: nil, reporting: console.callAsFunction)
    return report.stages[0].weights
  }
}
