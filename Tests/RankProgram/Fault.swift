import Distributed
import Foundation

/// A fault of rank 1, or of the network, while the others wait or compute.
struct Fault {
  private let mode: String
  private let ranks: Communicator

  init(_ mode: String, _ communicator: Communicator) {
    self.mode = mode
    ranks = communicator
  }

  func run() throws {
    try ranks.barrier().wait()
    if ranks.rank == 0 { say("together") }
    switch mode {
    case "waiting": try sum()
    case "computing": sleep(120)
    case "killed":
      if ranks.rank == 1 { raise(SIGKILL) }
      try sum()
    case "stopped":
      if ranks.rank == 1 { raise(SIGSTOP) }
      try sum()
    case "stopped-computing":
      if ranks.rank == 1 { raise(SIGSTOP) }
      sleep(60)
    case "late":
      // Longer than the limit.
      if ranks.rank == 1 { sleep(4) }
      try ranks.barrier().wait()
    case "stopped-together":
      // For longer than the limit, as when a batch system suspends a job.
      try stop(0..<ranks.count, seconds: 4)
      try ranks.barrier().wait()
    case "paused":
      try stop(1..<2, seconds: 1.5)
      try ranks.barrier().wait()
    case "apart":
      // The ranks wait for operations of different communicators.
      let same = try ranks.split(into: 0)
      try (ranks.rank == 0 ? ranks : same).barrier().wait()
    default: check(false, "no mode \(mode)")
    }
  }

  /// Stops some ranks for some seconds, which begin within a second.
  private func stop(_ stopped: Range<Int>, seconds: Double) throws {
    let own = String(ProcessInfo.processInfo.processIdentifier)
    let processes = try ranks.gather(Array(own.utf8)).map { String(decoding: $0, as: UTF8.self) }
    if ranks.rank == 0 {
      let list = processes[stopped].joined(separator: " ")
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/sh")
      shell.arguments = ["-c", "kill -STOP \(list); sleep \(seconds); kill -CONT \(list)"]
      try shell.run()
    }
    sleep(1)
  }

  private func sum() throws {
    var values = [Float](repeating: 1, count: 100_000)
    while true { try values.withUnsafeMutableBufferPointer { try ranks.orderedSum($0).wait() } }
  }
}
