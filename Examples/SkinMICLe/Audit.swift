import Foundation
import Recipes

/// The audit of photographs by an encoder that is trained on all of them without labels, or by a finished one.
struct AuditCommand {
  /// What happens with photographs in different splits that look alike.
  enum Leaks: String, CaseIterable {
    /// They are listed.
    case list
    /// They are an error.
    case refuse
    /// Those to train on are removed, and listed in `removed.csv`.
    case remove
  }

  /// The settings of the audit.
  var audit = Audit()
  /// The weight file of the encoder; nil to train one.
  var encoder: URL?
  /// What happens with photographs in different splits that look alike, and what counts as that.
  var leaks = Leaks.list
  var alike = AlikeThreshold.automatic

  /// Audits the photographs of a setup and writes the findings to the folder `audit` in that of the run.
  ///
  /// - Returns: The photographs, without those that were removed.
  @discardableResult
  func run(
    on setup: RunSetup, in folder: RunFolder, seed: UInt64, savingEvery saving: Duration
  ) throws -> Dataset {
    let dataset =
      setup.cache.map { setup.dataset.cached(in: $0, shorterSide: 2 * setup.size) } ?? setup.dataset
    let weights = try encoder ?? train(setup, on: dataset, in: folder, seed: seed, savingEvery: saving)
    let files = AuditFiles(in: folder.url.appending(path: "audit"))
    let findings = try audit.run(
      setup.recipe.encoder, weights: weights, on: dataset, size: setup.size, output: files.folder)
    printAtOnce("\n\(findings.summary)\n\nTables to work through are in \(files.folder.relativePath).")
    switch leaks {
    case .list: return setup.dataset
    case .refuse:
      try findings.refuseLeaks(closerThan: alike)
      return setup.dataset
    case .remove:
      let (remaining, removed) = try findings.removingLeaks(from: setup.dataset, closerThan: alike)
      let rows = removed.map { [$0.photograph, $0.split.rawValue, $0.reason] }
      let table = files.folder.appending(path: "removed.csv")
      try AtomicFile.write(CSV.text(of: [["photograph", "split", "reason"]] + rows), to: table)
      printAtOnce(
        "\(removed.count) photographs that look like one of another split are left out; see removed.csv.")
      return remaining
    }
  }

  /// Trains the setup's SimCLR on all photographs, of every split, and returns its weight file.
  private func train(
    _ setup: RunSetup, on dataset: Dataset, in folder: RunFolder, seed: UInt64, savingEvery saving: Duration
  ) throws -> URL {
    var recipe = setup.recipe
    recipe.branches = [.simclr]
    recipe.tunings = [.none]
    recipe.repetitions = 1
    let (pipeline, pooled) = (recipe.pipeline, try dataset.pooled())
    let memory = try pipeline.memory(on: pooled, size: setup.size)
    printAtOnce(pipeline.describe(memory))
    let photographs =
      setup.cache == nil ? try pooled.loaded(leaving: memory.map(\.total).max() ?? 0) : pooled
    let report = try pipeline.run(
      on: photographs, in: folder, size: setup.size, seed: seed, savingEvery: saving,
      interruption: Signals.interruption)
    return report.stages[0].weights
  }
}
