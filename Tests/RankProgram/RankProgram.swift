import Distributed
import Foundation

/// One of the processes that a launcher starts for the tests: it does what its first argument says, and ends
/// with status 0 if everything was as it should be.
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
    if mode == "pieces" { (sizes.piece, sizes.gather) = (4096, 10_000) }
    let starter = Starter()
    let communicator = try Communicator.start(sizes: sizes) { failure in
      say("while computing: \(failure)")
      starter.communicator?.abort(4)
    }
    guard let communicator else {
      say("one process")
      return Chunks.printSum(nil)
    }
    starter.communicator = communicator
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
    case "overlap": try Overlap(communicator).run()
    default: try Fault(mode, communicator).run()
    }
  }
}

/// Holds the communicator for the handler that is made before it.
private final class Starter: @unchecked Sendable {
  var communicator: Communicator?
}

/// Prints a line at once, as the process may be killed.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// Ends the process if something is not so.
func check(_ isSo: Bool, _ what: @autoclosure () -> String, line: Int = #line) {
  if isSo { return }
  say("line \(line): \(what())")
  exit(1)
}
