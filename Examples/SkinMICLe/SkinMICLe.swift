import Foundation
import Recipes

/// Makes up a clinic, runs the recipe on it and prints how well each branch tells 26 conditions apart.
@main struct SkinMICLe {
  static func main() {
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      if arguments.showsHelp { print(Arguments.help) } else { try run(arguments) }
    } catch let refusal as Arguments.Refusal {
      fail("\(refusal)", code: 64)  // EX_USAGE
    } catch let error as FileError {
      fail("\(error)", code: 73)  // EX_CANTCREAT
    } catch {
      fail("\(error)", code: 1)
    }
  }

  private static func run(_ arguments: Arguments) throws {
    let output = URL(filePath: arguments.output)
    let pipeline = arguments.recipe.pipeline
    let clinic = Clinic(seed: arguments.seed, size: Clinic.side(forViews: arguments.size))
    let patients = try clinic.dataset(arguments.census)
    let memory = try pipeline.memory(on: patients, size: arguments.size)
    print(pipeline.describe(memory))
    if arguments.onlyDescribes { return }
    try FileError.catching(output) {
      try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
      try pipeline.dot.write(to: output.appending(path: "pipeline.dot"), atomically: true, encoding: .utf8)
    }
    let dataset = try patients.loaded(leaving: memory.map(\.total).max() ?? 0)
    printAtOnce("\n\(dataset.photographs.count) photographs of \(arguments.size) pixels\n")

    let report = try pipeline.run(
      on: dataset, output: output, size: arguments.size, seed: arguments.seed)
    let sheet = try ContactSheet.patients(
      of: dataset, views: .skin, size: arguments.size, seed: arguments.seed)
    try sheet.write(to: output.appending(path: "patients.png"))
    if let results = report.results { print("\n\(results.table)") }
    print(
      String(format: "\n%.0f s; weights and results are in %@", report.seconds, arguments.output as NSString))
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
