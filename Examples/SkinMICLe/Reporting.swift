import Foundation
import Recipes

extension SkinMICLe {
  /// Writes the report of a run again from its files.
  static func report(_ arguments: Arguments) throws {
    let folder = URL(filePath: arguments.run ?? "")
    let options = arguments.page(
      comparingWith: try arguments.compared.map { try RunArchive(in: URL(filePath: $0)) })
    let file = arguments.file.map { URL(filePath: $0) } ?? folder.appending(path: "report.html")
    try RunReport(of: RunArchive(in: folder), options: options).write(to: file)
    print("The report is in \(file.relativePath).".printable.fitting)
  }

  /// Looks for faults in photographs.
  static func audit(_ arguments: Arguments) throws {
    Signals.handle()
    let console = Console(arguments)
    defer { console.finish() }
    let folder = try RunFolder(RunSetup.output(of: arguments))
    defer { withExtendedLifetime(folder) {} }
    let setup = try RunSetup(arguments, say: console.say)
    try AuditCommand(
      encoder: setup.encoder, weights: arguments.encoder.map { URL(filePath: $0) }, leaks: arguments.leaks,
      alike: arguments.alike.map(AlikeThreshold.distance) ?? .automatic,
      withoutPhotographs: arguments.withoutPhotographs, console: console
    ).run(on: setup, in: folder, seed: arguments.seed)
  }
}

extension Arguments {
  /// What a report shows.
  func page(comparingWith others: [RunArchive] = []) -> RunReport.Options {
    RunReport.Options(
      withoutPhotographs: withoutPhotographs, subgroups: subgroups ?? [], comparisons: others)
  }
}
