#if os(Linux)
  import Foundation
  import Recipes
  import Testing

  /// The program in a terminal of its own.
  @Suite struct TerminalTests {
    /// What the program writes to a pseudoterminal with so many columns.
    private func output(_ arguments: [String], columns: UInt16) throws -> (text: String, code: Int32) {
      let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY)
      try #require(controller >= 0)
      // The headers do not show the functions that do this.
      var (number, isLocked) = (0 as Int32, 0 as Int32)
      let (getNumber, lock) = (0x8004_5430 as UInt, 0x4004_5431 as UInt)
      let isThere = ioctl(controller, lock, &isLocked) == 0 && ioctl(controller, getNumber, &number) == 0
      try #require(isThere)
      let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
      try #require(terminal >= 0)
      var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
      let isSized = ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0
      try #require(isSized)
      let process = Process()
      process.executableURL = try Command.program
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging([
        "LOUPE_THREADS": "1", "TERM": "xterm",
      ]) { $1 }
      process.standardOutput = FileHandle(fileDescriptor: terminal)
      process.standardError = FileHandle(fileDescriptor: terminal)
      try process.run()
      close(terminal)
      var text: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(controller, &buffer, buffer.count)  // fails when the last writer is gone
        if count <= 0 { break }
        text += buffer[..<count]
      }
      process.waitUntilExit()
      close(controller)
      return (String(decoding: text, as: UTF8.self), process.terminationStatus)
    }

    @Test(arguments: [40, 80] as [UInt16]) func nothingWraps(columns: UInt16) throws {
      let scratch = try ScratchFolder()
      let folder = scratch.url.appending(path: "run")
      let small = [
        "--out", folder.path, "--epochs", "2", "--micle-epochs", "1", "--patients", "128", "--labelled", "1",
        "--test", "1", "--size", "16", "--network", "tiny", "--branches", "none,micle",
      ]
      let (text, code) = try output(small, columns: columns)
      #expect(code == 0, "\(text)")
      // What a line shows at the end is what stands after its last carriage return.
      let lines = text.replacing("\u{1B}[K", with: "").split(separator: "\r\n").map(String.init)
      #expect(lines.contains { $0.contains("paired difference") })
      for line in lines {
        for shown in line.split(separator: "\r") where !shown.contains(scratch.url.path) {
          let margin = CharacterSet(charactersIn: " │├└─")
          let isOneWord = !shown.trimmingCharacters(in: margin).contains(" ")
          #expect(shown.count <= Int(columns) || isOneWord, "\(shown)")
        }
      }
    }

    @Test(arguments: [[], ["help", "audit"], ["describe"]]) func textsFit(words: [String]) throws {
      let small = words == ["describe"] ? ["--network", "tiny", "--size", "16", "--patients", "128"] : []
      let (text, code) = try output(words.isEmpty ? ["--help"] : words + small, columns: 80)
      #expect(code == 0, "\(text)")
      for line in text.split(separator: "\r\n") { #expect(line.count <= 80, "\(line)") }
    }
  }
#endif
