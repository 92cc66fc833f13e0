import Distributed
import Foundation

/// One process of a launch, for tests. Its argument selects what it does; it exits with 0 if all results are
/// correct.
@main struct RankProgram {
  static func main() {
    do {
      try run(CommandLine.arguments.dropFirst().first ?? "")
    } catch {
      say("\(error)")
      exit(2)
    }
  }

  private static func run(_ mode: String) throws {
    var sizes = TransferSizes()
    if mode == "pieces" || mode == "messages in pieces" { (sizes.piece, sizes.gather) = (4096, 10_000) }
    let communicator = try Communicator.start(sizes: sizes) { failure in
      say("while computing: \(failure)")
      return 4
    }
    guard let communicator else {
      say("one process")
      return Chunks.printSum(nil)
    }
    do {
      try run(mode, communicator)
      try communicator.finish()
    } catch let failure as RankFailure {
      say("rank \(communicator.rank): \(failure)")
      communicator.abort(3)
    }
  }

  private static func run(_ mode: String, _ communicator: Communicator) throws {
    switch mode {
    case "operations", "pieces": try OperationChecks(communicator).run()
    case "chunks": Chunks.printSum(communicator)
    case "groups": try GroupChecks(communicator).run()
    case "messages", "messages in pieces": try MessageChecks(communicator).run()
    case "overlap": try Overlap(communicator).run()
    default: try Fault(mode, communicator).run()
    }
  }
}

/// Prints a line without buffering, as the process may be killed.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// Exits with a message if a condition is false.
func check(_ isSo: Bool, _ what: @autoclosure () -> String, line: Int = #line) {
  if isSo { return }
  say("line \(line): \(what())")
  exit(1)
}
