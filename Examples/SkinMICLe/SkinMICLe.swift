import Foundation
import Recipes

/// Runs the recipe on a synthetic clinic or on photographs and prints the accuracy of each branch; or
/// predicts photographs with an earlier run.
@main struct SkinMICLe {
  static func main() {
    FileSizeLimit.makeAnError()
    LastWords.prepare()
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      switch arguments.command {
      case .help: print(Arguments.help)
      case .run: try run(arguments)
      case .describe: try describe(arguments)
      case .predict(let images): try predict(arguments, images)
      }
      checkOutput()
    } catch let refusal as Arguments.Refusal {
      fail("\(refusal)", code: 64)  // EX_USAGE
    } catch let error as FileError {
      if case .unreadable = error { fail("\(error)", code: 66) }  // EX_NOINPUT
      fail("\(error)", code: 73)  // EX_CANTCREAT
    } catch let error as OutOfMemory {
      fail("\(error)", code: 71)  // EX_OSERR
    } catch let error as RunError {
      switch error {
      case .stopped(_, _, cause: nil): fail("\(error)", code: Signals.status)
      case .stopped: fail("\(error)", code: 73)
      case .inUse: fail("\(error)", code: 75)  // EX_TEMPFAIL
      default: fail("\(error)", code: 1)
      }
    } catch {
      fail("\(error)", code: 1)
    }
  }

  private static func describe(_ arguments: Arguments) throws {
    try RunSetup.checkOutput(RunSetup.output(of: arguments))
    let setup = try RunSetup(arguments)
    let memory = try setup.recipe.pipeline.memory(on: setup.dataset, size: setup.size)
    print(setup.recipe.pipeline.describe(memory))
    print(try setup.summary(of: memory))
  }

  private static func run(_ arguments: Arguments) throws {
    Signals.handle()
    // First, so that a second run is rejected before it reads or writes anything.
    let folder = try RunFolder(RunSetup.output(of: arguments))
    defer { withExtendedLifetime(folder) {} }
    let output = folder.url
    let setup = try RunSetup(arguments)
    arguments.notes.forEach(printAtOnce)
    let pipeline = setup.recipe.pipeline
    let memory = try pipeline.memory(on: setup.dataset, size: setup.size)
    printAtOnce(pipeline.describe(memory))
    printAtOnce(try setup.summary(of: memory))
    try AtomicFile.write(pipeline.dot, to: output.appending(path: "pipeline.dot"))
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
    let report = try pipeline.run(
      on: dataset, in: folder, size: setup.size, seed: arguments.seed, savingEvery: arguments.saving,
      interruption: Signals.interruption,
      origin: RunOrigin(command: CommandLine.arguments, leftOut: setup.leftOut))
    try RunFile(network: setup.network, width: arguments.width, report).write(in: output)
    if let results = report.results { printAtOnce("\n\(results.table)") }
    if !report.damaged.isEmpty {
      printAtOnce("\nPhotographs that could not be read and were passed over: \(report.damaged.count)")
      for photograph in report.damaged.prefix(20) { printAtOnce("  \(photograph.error)") }
    }
    printAtOnce(
      String(
        format: "\n%.0f s; weights and results are in %@", report.seconds, output.relativePath as NSString))
  }

  private static func predict(_ arguments: Arguments, _ images: [String]) throws {
    let prediction = try Prediction(URL(filePath: arguments.output ?? ""), branch: arguments.branch)
    if try !prediction.run(on: images, table: arguments.csv) {
      checkOutput()
      exit(1)
    }
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    fputs(message.printableLines + "\n", standardError)
    exit(code)
  }

  /// Reports lost output, as on a full disk.
  private static func checkOutput() {
    if fflush(standardOutput) != 0 || ferror(standardOutput) != 0 {
      fail("What was printed could not all be written to the standard output.", code: 74)  // EX_IOERR
    }
  }
}
