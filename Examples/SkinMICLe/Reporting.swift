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
}

extension Arguments {
  /// What a report shows.
  func page(comparingWith others: [RunArchive] = []) -> RunReport.Options {
    RunReport.Options(
      withoutPhotographs: withoutPhotographs, subgroups: subgroups ?? [], comparisons: others)
  }
}
