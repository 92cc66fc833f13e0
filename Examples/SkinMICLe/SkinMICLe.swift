import Foundation
import Recipes

/// Runs the recipe on a made-up clinic or on photographs and prints how well each branch tells conditions apart; or says
/// by an earlier run what photographs show.
@main struct SkinMICLe {
  static func main() {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      switch arguments.command {
      case .help: print(Arguments.help)
      case .run: try run(arguments)
      case .describe: try describe(arguments)
      case .predict(let images): try predict(arguments, images)
      }
    } catch let refusal as Arguments.Refusal {
      fail("\(refusal)", code: 64)  // EX_USAGE
    } catch let error as FileError {
      if case .unreadable = error { fail("\(error)", code: 66) }  // EX_NOINPUT
      fail("\(error)", code: 73)  // EX_CANTCREAT
    } catch {
      fail("\(error)", code: 1)
    }
  }

  private static func describe(_ arguments: Arguments) throws {
    let setup = try RunSetup(arguments)
    let memory = try setup.recipe.pipeline.memory(on: setup.dataset, size: setup.size)
    print(setup.recipe.pipeline.describe(memory))
  }

  private static func run(_ arguments: Arguments) throws {
    let setup = try RunSetup(arguments)
    arguments.notes.forEach(printAtOnce)
    let (pipeline, output) = (setup.recipe.pipeline, setup.output)
    let memory = try pipeline.memory(on: setup.dataset, size: setup.size)
    print(pipeline.describe(memory))
    try FileError.catching(output) {
      try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
      try pipeline.dot.write(to: output.appending(path: "pipeline.dot"), atomically: true, encoding: .utf8)
    }
    let dataset =
      if let cache = setup.cache {
        setup.dataset.cached(in: cache, shorterSide: 2 * setup.size)
      } else {
        try setup.dataset.loaded(leaving: memory.map(\.total).max() ?? 0)
      }
    try setup.dataset.writeSplits(to: output.appending(path: "splits.csv"))
    printAtOnce("\n\(dataset.photographs.count) photographs, seen in views of \(setup.size) pixels\n")

    let sheet = ContactSheet.patients(
      of: dataset, views: setup.recipe.settings.views, size: setup.size, seed: arguments.seed)
    try sheet.write(to: output.appending(path: "patients.png"))
    let report = try pipeline.run(on: dataset, output: output, size: setup.size, seed: arguments.seed)
    try RunFile(network: setup.network, width: arguments.width, report).write(in: output)
    if let results = report.results { print("\n\(results.table)") }
    if !report.damaged.isEmpty {
      print("\nPhotographs that could not be read and were passed over: \(report.damaged.count)")
      for photograph in report.damaged.prefix(20) { print("  \(photograph.error)") }
    }
    print(
      String(
        format: "\n%.0f s; weights and results are in %@", report.seconds, output.relativePath as NSString))
  }

  private static func predict(_ arguments: Arguments, _ images: [String]) throws {
    let prediction = try Prediction(URL(filePath: arguments.output ?? ""), branch: arguments.branch)
    if try !prediction.run(on: images, table: arguments.csv) { exit(1) }
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(code)
  }
}

extension FileError {
  /// Runs `body`, which writes to a folder, and says so of what it throws.
  fileprivate static func catching(_ folder: URL, _ body: () throws -> Void) throws(FileError) {
    do { try body() } catch { throw .unwritable(file: folder.path, reason: error.localizedDescription) }
  }
}
