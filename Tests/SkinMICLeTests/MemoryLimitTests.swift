#if os(Linux)
  import Foundation
  import Ops
  import TestSupport
  import Testing

  /// Runs the program at random limits of its address space, from as much memory as it said beforehand to
  /// three times that: it ends well or by a sentence, never by a signal, and never takes more memory than it
  /// said.
  ///
  /// A few runs as a rule; `LOUPE_MEMORY_RUNS=30 swift test --filter MemoryLimitTests` for more, and
  /// `LOUPE_MEMORY_SEED` for others.
  @Suite(.serialized) struct MemoryLimitTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = environment["LOUPE_MEMORY_RUNS"].flatMap { Int($0) } ?? 3
    private static let seed = environment["LOUPE_MEMORY_SEED"].flatMap { UInt64($0) } ?? 0

    /// What is run, from small to large, on made-up patients and on photographs with a search.
    private static let settings = [
      "--network tiny --size 16 --patients 130 --branches none,micle",
      "--network tiny --size 24 --patients 100 --batch 48 --loss moco --branches simclr",
      "--network small --size 32 --patients 40 --batch 32 --branches micle --labels 0.5,1",
      "--network tiny --size 32 --batch 16 --branches none,simclr --tune head --data",
      "--network tiny --size 96 --patients 40 --batch 32 --branches simclr --tune none",
      "--network resnet18 --size 32 --batch 16 --branches simclr --tune none --data",
      "--network tiny --size 48 --batch 16 --branches micle --width 4 --data",
    ]

    @Test func whatWasSaidIsEnoughAndNothingIsKilled() throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let manifest = try photographs(in: folder)
      var finished = 0
      for run in 0..<Self.runs {
        var generator = CounterGenerator(seed: Self.seed, run)
        var arguments = Self.settings[run % Self.settings.count].split(separator: " ").map(String.init)
        if arguments.last == "--data" {
          arguments.append(manifest.path)
        } else {
          arguments += ["--labelled", "1", "--test", "1"]
        }
        arguments += [
          "--epochs", "1", "--micle-epochs", "1", "--out", folder.appending(path: "run-\(run)").path,
        ]
        let threads = Int.random(in: 1...3, using: &generator)
        let said = try Said(Child(arguments + ["--describe"], threads: threads).finished())
        // From what was said of memory every other time, so that runs are refused, and else of address space.
        let least = run % 2 == 0 ? said.addressSpace : said.memory
        let limit = Int(Double(least) * (1 + 2 * generator.uniform()))
        let child = try Child(arguments, threads: threads, limit: limit).finished()
        let place: Comment =
          "run \(run): \(arguments.joined(separator: " ")), \(threads) threads, \(limit >> 20) MiB: \(child.errors)"
        #expect(child.isWhole, place)
        if child.status != 0 { #expect(!child.errors.isEmpty && limit < said.addressSpace, place) }
        if child.status == 0 { finished += 1 }
        #expect(child.peak <= said.memory, place)
        if Self.runs > 3 {
          print(
            "run \(run): said \(said.memory >> 20) MiB, \(said.addressSpace >> 20) MiB of address space; limit "
              + "\(limit >> 20) MiB, peak \(child.peak >> 20) MiB, status \(child.status)  \(child.errors.prefix(150))"
          )
        }
      }
      #expect(finished >= (Self.runs + 1) / 2)
    }

    /// Photographs of 30 patients in three shades, some of them large, and their manifest.
    private func photographs(in folder: URL) throws -> URL {
      var lines = ["image,patient,label"]
      for patient in 0..<30 {
        let (width, height) = patient % 8 == 0 ? (1600, 1200) : (40, 30)
        for shot in 0..<2 {
          let name = "photo-\(patient)-\(shot).ppm"
          var pixels = [UInt8](repeating: UInt8(60 + 60 * (patient % 3) + shot), count: 3 * width * height)
          pixels[0] = UInt8(patient)  // equal files would keep their patients together in one split
          try (Data("P6 \(width) \(height) 255\n".utf8) + Data(pixels)).write(
            to: folder.appending(path: name))
          lines.append("\(name),P\(patient),\(["dark", "gray", "light"][patient % 3])")
        }
      }
      let manifest = folder.appending(path: "manifest.csv")
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: manifest)
      return manifest
    }
  }

  /// What the program said that a run takes, in bytes.
  private struct Said {
    let memory: Int
    let addressSpace: Int

    init(_ child: Child) throws {
      let line = child.output.split(separator: "\n").last { $0.hasPrefix("The run takes at most ") }
      let words = try #require(line, "\(child.errors)").split(separator: " ")
      func bytes(before word: Substring) throws -> Int {
        let place = try #require(words.firstIndex(of: word))
        let number = try #require(Double(words[place - 3]))
        return Int(number * (words[place - 2] == "GiB" ? 0x1p30 : 0x1p20))
      }
      // `116 MiB of memory` and `417 MiB of address space`.
      memory = try bytes(before: words.contains("memory,") ? "memory," : "memory")
      addressSpace = try bytes(before: "address")
    }
  }

  /// A run of the program a user runs, under a limit of its address space.
  private final class Child {
    private let process = Process()
    // In files, which can be read when it is over.
    private let folder = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    private(set) var output = ""
    private(set) var errors = ""
    /// The most bytes of physical memory that it had.
    private(set) var peak = 0

    init(_ arguments: [String], threads: Int, limit: Int? = nil) throws {
      let command: URL = try #require(Child.command)
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments =
        ["-c", (limit.map { "ulimit -v \($0 >> 10); " } ?? "") + "exec \"$@\"", "bash", command.path]
        + arguments
      process.environment = ProcessInfo.processInfo.environment.merging(["LOUPE_THREADS": "\(threads)"]) {
        $1
      }
    }

    /// Runs it to its end, or for at most a minute.
    func finished() throws -> Child {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let files = (folder.appending(path: "output"), folder.appending(path: "errors"))
      try Data().write(to: files.0)
      try Data().write(to: files.1)
      process.standardOutput = try FileHandle(forWritingTo: files.0)
      process.standardError = try FileHandle(forWritingTo: files.1)
      try process.run()
      let status = URL(filePath: "/proc/\(process.processIdentifier)/status")
      let end = Date().addingTimeInterval(60)
      while process.isRunning {
        peak = max(peak, (LinuxFile(status).number(after: "VmHWM:") ?? 0) << 10)
        if Date() > end { kill(process.processIdentifier, SIGKILL) }
        usleep(2000)
      }
      output = try String(contentsOf: files.0, encoding: .utf8)
      errors = try String(contentsOf: files.1, encoding: .utf8)
      return self
    }

    /// Whether it ended by itself.
    var isWhole: Bool { process.terminationReason == .exit }

    var status: Int32 { process.terminationStatus }

    private static var command: URL? { Executable.built("SkinMICLe") }
  }
#endif
