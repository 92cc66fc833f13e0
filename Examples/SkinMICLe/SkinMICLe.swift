import Foundation
import Recipes

/// Runs the recipe on a synthetic clinic or on photographs and prints the accuracy of each branch; or
/// evaluates several runs together, predicts photographs with one, reports on it, or audits photographs.
@main struct SkinMICLe {
  static func main() {
    FileSizeLimit.makeAnError()
    LastWords.prepare()
    do {
      let arguments = try Arguments(CommandLine.arguments.dropFirst())
      try obey(arguments)
      checkOutput()
    } catch {
      // Of several processes with the same arguments one is enough to say so.
      if let rank = Ranks.launchedRank, rank > 0 { exit(ExitCode.of(error)) }
      fail("\(error)", code: ExitCode.of(error))
    }
  }

  private static func obey(_ arguments: Arguments) throws {
    if arguments.wantsHelp || arguments.subcommand == .help {
      return print(Help.text(of: try arguments.explained))
    }
    if arguments.wantsVersion { return print("SkinMICLe \(Loupe.version)") }
    if arguments.subcommand != .run, Ranks.launchedRank != nil {
      throw Arguments.Refusal(
        description: "\(arguments.subcommand.rawValue) runs in one process: start it without the launcher.")
    }
    switch arguments.subcommand {
    case .run: try runOnRanks(arguments)
    case .describe: try describe(arguments)
    case .collect: try collect(arguments)
    case .predict: try predict(arguments)
    case .embed: try embed(arguments)
    case .neighbors: try neighbors(arguments)
    case .export: try export(arguments)
    case .report: try report(arguments)
    case .audit: try audit(arguments)
    case .help: break
    }
  }

  private static func describe(_ arguments: Arguments) throws {
    let output = RunSetup.output(of: arguments)
    try RunSetup.checkOutput(output)
    let setup = try RunSetup(arguments) { print($0.printableLines.fitting) }
    let forecast = try setup.recipe.pipeline.forecast(
      on: setup.dataset, in: output, size: setup.size, seed: arguments.seed,
      page: arguments.writesReport ? arguments.page() : nil)
    print(setup.recipe.pipeline.describe(forecast.memory).fitting)
    print(try setup.summary(of: forecast).fitting)
    guard let machines = arguments.machines else { return }
    let cluster = try setup.recipe.pipeline.forecast(
      on: setup.dataset, in: output, size: setup.size, seed: arguments.seed,
      page: arguments.writesReport ? arguments.page() : nil, machines: machines,
      bitsPerSecond: arguments.networkSpeed * 1e9)
    print("\n" + cluster.summary.fitting)
  }

  /// Runs the recipe; on several ranks, this is the first one.
  static func run(_ arguments: Arguments, on ranks: Ranks?) throws {
    Signals.handle()
    let console = Console(arguments)
    defer { console.finish() }
    let (folder, setup, dataset) = try ranks.together {
      // First, so that a second run is rejected before it reads or writes anything.
      let folder = try RunFolder(RunSetup.output(of: arguments))
      let setup = try RunSetup(arguments, say: console.say)
      return (folder, setup, try setup.readyDataset(on: ranks))
    }
    defer { withExtendedLifetime(folder) {} }
    let output = folder.url
    arguments.notes.forEach(console.print)
    if let ranks { console.say(ranks.summary) }
    let pipeline = setup.recipe.pipeline
    let forecast = try pipeline.forecast(
      on: dataset, in: output, size: setup.size, seed: arguments.seed,
      page: arguments.writesReport ? arguments.page() : nil)
    console.say(pipeline.describe(forecast.memory))
    console.say(try setup.summary(of: forecast))
    try AtomicFile.write(pipeline.dot, to: output.appending(path: "pipeline.dot"))
    try SettingsFile.write(arguments.settings, in: output)
    try setup.dataset.writeSplits(to: output.appending(path: "splits.csv"))
    console.say("\n\(dataset.photographs.count) photographs, seen in views of \(setup.size) pixels\n")

    let sheet = ContactSheet.patients(
      of: dataset, views: setup.recipe.settings.views, size: setup.size, seed: arguments.seed)
    try sheet.write(to: output.appending(path: "patients.png"))
    let board =
      try arguments.writesTensorBoard
      ? Board(in: output, stages: forecast.work.map(\.stage), sheet: sheet) : nil
    console.begin(forecast.work)
    let report = try pipeline.run(
      on: dataset, in: folder, size: setup.size, seed: arguments.seed,
      savingEvery: .seconds(arguments.saving), ranks: ranks,
      memory: SystemMemory.current.shared(by: ranks?.countOnMachine ?? 1), interruption: Signals.interruption,
      origin: RunOrigin(
        command: CommandLine.arguments, settings: arguments.settings, leftOut: setup.leftOut),
      page: arguments.writesReport ? arguments.page() : nil
    ) { event in
      console(event)
      board?(event)
    }
    console.finish()
    if arguments.writesReport { board?.addPhotographs(ofRunIn: output) }
    if let limitation = board?.limitation { console.print(limitation) }
    try RunFile(arguments, report).write(in: output)
    if let results = report.results {
      console.print("\n\(results.table(width: Terminal()?.width ?? .max))")
    }
    if !report.damaged.isEmpty {
      console.print("\nPhotographs that could not be read and were passed over: \(report.damaged.count)")
      for photograph in report.damaged.prefix(20) { console.print("  \(photograph.error)") }
    }
    console.say(ending(of: report, in: output, board))
  }

  /// Returns the last lines of a run: its time, and where what it has left is.
  private static func ending(of report: Report, in output: URL, _ board: Board?) -> String {
    let places = [
      report.page.map { "The report is in \($0.relativePath)." },
      board.map { "What TensorBoard reads is in \($0.folder.relativePath)." },
      "Weights and results are in \(output.relativePath).",
    ]
    let time = String(format: "\n%.0f s.", report.seconds)
    return ([time] + places.compactMap { $0 }).joined(separator: "\n")
  }

  private static func predict(_ arguments: Arguments) throws {
    Signals.handle(saying: .nothingWritten)
    let prediction = try Prediction(URL(filePath: arguments.run ?? ""), branch: arguments.branch)
    if try !prediction.run(on: arguments.words, table: arguments.csv) {
      checkOutput()
      exit(ExitCode.data.rawValue)
    }
  }

  static func fail(_ message: String, code: Int32) -> Never {
    fputs(message.printableLines + "\n", standardError)
    exit(code)
  }

  /// Reports lost output, as on a full disk.
  static func checkOutput() {
    if fflush(standardOutput) != 0 || ferror(standardOutput) != 0 {
      fail(
        "What was printed could not all be written to the standard output.",
        code: ExitCode.inputOutput.rawValue)
    }
  }
}
