import AllocationCounter
import Foundation
import Synchronization

/// A fuzz run over the readers of a kind of file: each input must be rejected or accepted without a crash,
/// without an allocation above 1 GiB and within ten seconds.
///
/// `LOUPE_FUZZ=1000000` sets the total number of inputs of all readers. An input that takes a minute ends the
/// process, like a crash; the file named beforehand then contains the reader and the number of the input,
/// which `LOUPE_FUZZ_INPUT="reader number"` reads alone.
public struct FuzzRun: Sendable {
  /// The total number of inputs of all readers.
  public static let inputs = ProcessInfo.processInfo.environment["LOUPE_FUZZ"].flatMap { Int($0) } ?? 30_000
  /// The largest allowed allocation per input, in bytes.
  public static let largestAllocation = 1 << 30
  private static let seed: UInt64 = 19
  private static let only = ProcessInfo.processInfo.environment["LOUPE_FUZZ_INPUT"]?.split(separator: " ")

  private let reader: String
  private let mutator: Mutator

  public init(_ reader: String, _ mutator: Mutator) {
    self.reader = reader
    self.mutator = mutator
  }

  /// A violation by an input.
  public struct Failure: Sendable, CustomStringConvertible {
    public let description: String
  }

  /// Gives the reader its inputs.
  ///
  /// - Parameters:
  ///   - share: This reader's share of all inputs.
  ///   - read: Reads an input; an error means that it is rejected.
  /// - Returns: A sentence for each of the first failing inputs.
  public func run(share: Double, _ read: ([UInt8]) throws -> Void) throws -> [Failure] {
    let numbers: Range<Int>
    if let only = FuzzRun.only {
      guard only.count == 2, only[0] == reader, let number = Int(only[1]) else { return [] }
      numbers = number..<(number + 1)
    } else {
      numbers = 0..<max(1, Int(Double(FuzzRun.inputs) * share))
    }
    let log = FileManager.default.temporaryDirectory.appending(path: "loupe-fuzz-\(reader)-\(getpid()).txt")
    try Data().write(to: log)
    let handle = try FileHandle(forWritingTo: log)
    defer {
      try? handle.close()
      try? FileManager.default.removeItem(at: log)
    }
    let watchdog = Watchdog(reader: reader)
    defer { watchdog.stop() }
    var failures: [Failure] = []
    for number in numbers where failures.count < 10 {
      try handle.seek(toOffset: 0)
      try handle.write(contentsOf: Data("\(reader) \(number)\n".utf8))
      let input = mutator.input(number, seed: FuzzRun.seed)
      let start = Date()
      watchdog.begin(number)
      allocation_watch_start()
      var refusal: String?
      do { try read(input) } catch { refusal = "\(error)" }
      let largest = allocation_watch_largest()
      watchdog.end()
      func fail(_ what: String) {
        failures.append(Failure(description: "\(reader), input \(number): \(what)"))
      }
      if largest > FuzzRun.largestAllocation { fail("it allocates \(largest) bytes at once") }
      let seconds = Date().timeIntervalSince(start)
      if seconds > 10 { fail("it takes \(seconds) s") }
      if let refusal { if let fault = FuzzRun.fault(of: refusal) { fail(fault) } }
    }
    return failures
  }

  /// Returns what is wrong with an error message: empty, too long, or with control characters.
  private static func fault(of sentence: String) -> String? {
    if sentence.isEmpty { return "it is refused without a word" }
    if sentence.utf8.count > 20_000 { return "it is refused in \(sentence.utf8.count) bytes" }
    let obeyed = sentence.unicodeScalars.first { $0 != "\n" && $0.properties.generalCategory == .control }
    return obeyed.map { "the refusal holds the control character U+\(String($0.value, radix: 16))" }
  }
}

/// Ends the process if an input takes a minute.
private final class Watchdog: Sendable {
  private let state = Mutex<(number: Int, since: Date?, isDone: Bool)>((0, nil, false))

  init(reader: String) {
    let thread = Thread { [self] in
      while true {
        Thread.sleep(forTimeInterval: 0.5)
        let (number, since, isDone) = state.withLock { $0 }
        if isDone { return }
        if let since, Date().timeIntervalSince(since) > 60 {
          fatalError("\(reader), input \(number): it is still being read after a minute")
        }
      }
    }
    thread.start()
  }

  func begin(_ number: Int) { state.withLock { $0 = (number, Date(), false) } }
  func end() { state.withLock { $0.since = nil } }
  func stop() { state.withLock { $0.isDone = true } }
}
