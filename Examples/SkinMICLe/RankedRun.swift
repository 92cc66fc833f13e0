import Foundation
import Recipes

extension SkinMICLe {
  /// Runs the recipe in this process, or as one of the ranks that a launcher has started.
  static func runOnRanks(_ arguments: Arguments) throws {
    let launched = try Ranks.launched(adding: arguments.reduction) { loss in
      fputs("\(loss)".printableLines + "\n", standardError)
      return ExitCode.temporary.rawValue
    }
    guard let ranks = launched else { return try run(arguments, on: nil) }
    var arguments = arguments
    arguments.chunks = arguments.chunks ?? ranks.count
    do {
      if ranks.isFirst {
        try run(arguments, on: ranks)
      } else {
        try follow(arguments, ranks)
      }
      ranks.finish()
    } catch {
      // The first rank says what all know, and the rank that failed has the status.
      if ranks.isFirst || !ranks.isOver {
        fputs("\(ranks.isFirst ? "" : "\(ranks.name): ")\(error)".printableLines + "\n", standardError)
      }
      let code = if case RankError.failed = error { 0 as Int32 } else { ExitCode.of(error) }
      ranks.finish(code)
      exit(code)
    }
  }

  /// Computes this rank's parts of a run that the first rank runs.
  private static func follow(_ arguments: Arguments, _ ranks: Ranks) throws {
    // The first rank is asked to end, and writes a checkpoint before it lets the others end.
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_IGN) }
    let (setup, dataset) = try ranks.together {
      var setup = try RunSetup(arguments) { _ in }
      setup.cache = setup.cache?.appending(path: "rank\(ranks.rank)")
      return (setup, try setup.readyDataset(on: ranks))
    }
    try setup.recipe.pipeline.follow(ranks, on: dataset, size: setup.size, seed: arguments.seed)
  }
}

extension RunSetup {
  /// Returns the photographs as a run reads them: with the cache of this process, or kept in memory.
  func readyDataset(on ranks: Ranks?) throws -> Dataset {
    if cache != nil { return cachedDataset }
    return try dataset.loaded(
      leaving: recipe.pipeline.memory(on: dataset, size: size).map(\.total).max() ?? 0,
      of: SystemMemory.current.shared(by: ranks?.countOnMachine ?? 1))
  }
}
