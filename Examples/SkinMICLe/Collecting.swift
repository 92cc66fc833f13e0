import Foundation
import Recipes

extension SkinMICLe {
  /// The settings in which runs of a collection may differ: where photographs are, which a hash tells apart,
  /// which repetition it is, and what is written.
  private static let own: Set<String> = [
    "choices", "data", "leave-out", "repetitions", "report", "save-every", "seed", "splits", "subgroups",
    "tensorboard", "without-photographs",
  ]

  /// Evaluates the runs of a job array, or of several seeds, as the repetitions of one.
  static func collect(_ arguments: Arguments) throws {
    let runs = try arguments.runs.map { try RunArchive(in: URL(filePath: $0)) }
    let collection = try RunCollection(of: runs, ignoring: own)
    let folder = try RunFolder(RunSetup.output(of: arguments))
    defer { withExtendedLifetime(folder) {} }
    let results = try collection.write(
      in: folder, command: CommandLine.arguments, page: arguments.page())
    printAtOnce(results.table(width: Terminal()?.width ?? .max))
    printAtOnce("\nThe report and results are in \(folder.url.relativePath).".fitting)
  }
}
