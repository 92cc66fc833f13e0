import Foundation
import Testing

@testable import Recipes

struct SystemMemoryTests {
  private static let meminfo = """
    MemTotal:       24684084 kB
    MemFree:        20000000 kB
    MemAvailable:    8000000 kB

    """

  @Test(arguments: [
    Machine("no files", [:], nil),
    Machine("no limit", [:], 8_192_000_000, meminfo),
    Machine("a line that is no number", ["proc/meminfo": "MemAvailable: much kB"], nil),
    Machine(
      "second version",
      [
        "proc/self/cgroup": "0::/job\n", "sys/fs/cgroup/job/memory.max": "3000000\n",
        "sys/fs/cgroup/job/memory.current": "1500000\n",
        "sys/fs/cgroup/job/memory.stat": "anon 9\ninactive_file 500000\nactive_file 7\n",
      ], 2_000_000, meminfo),
    Machine(
      "second version without a limit",
      ["proc/self/cgroup": "0::/job\n", "sys/fs/cgroup/job/memory.max": "max\n"], 8_192_000_000, meminfo),
    Machine(
      "a limit further up",
      [
        "proc/self/cgroup": "0::/user/job\n", "sys/fs/cgroup/user/job/memory.max": "max\n",
        "sys/fs/cgroup/user/memory.max": "5000000\n", "sys/fs/cgroup/user/memory.current": "1000000\n",
      ], 4_000_000, meminfo),
    Machine(
      "a path of the machine around the container",
      ["proc/self/cgroup": "0::/../../elsewhere\n", "sys/fs/cgroup/memory.max": "6000000\n"], 6_000_000,
      meminfo),
    Machine(
      "more used than allowed",
      [
        "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1000\n",
        "sys/fs/cgroup/memory.current": "2000\n",
      ], 0, meminfo),
    Machine(
      "first version",
      [
        "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/box/a:b\n0::/\n",
        "sys/fs/cgroup/memory/box/a:b/memory.limit_in_bytes": "7000000\n",
        "sys/fs/cgroup/memory/box/a:b/memory.usage_in_bytes": "6000000\n",
        "sys/fs/cgroup/memory/box/a:b/memory.stat": "inactive_file 1\ntotal_inactive_file 2000000\n",
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      ], 3_000_000, meminfo),
    Machine("a broken line", ["proc/self/cgroup": "nonsense\n"], 8_192_000_000, meminfo),
  ])
  fileprivate func whatLinuxSays(_ machine: Machine) throws {
    let root = try ScratchFolder()
    for (path, text) in machine.files {
      let file = root.url.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    #expect(SystemMemory(linuxFilesIn: root.url).available == machine.available)
  }

  @Test func thisMachineHasMemory() throws {
    let available = try #require(SystemMemory.current.available)
    #expect(available > 1 << 20)
    #expect(available <= ProcessInfo.processInfo.physicalMemory)
  }

  @Test(arguments: [(0, "0.0 MiB"), (1 << 20, "1.0 MiB"), (40 << 20, "40 MiB"), (3 << 29, "1.5 GiB")])
  func inWords(bytes: Int, text: String) { #expect(SystemMemory.text(bytes) == text) }
}

private struct Machine: Sendable, CustomTestStringConvertible {
  let name: String
  let files: [String: String]
  let available: Int?

  init(_ name: String, _ files: [String: String], _ available: Int?, _ meminfo: String? = nil) {
    self.name = name
    self.files = meminfo.map { files.merging(["proc/meminfo": $0]) { own, _ in own } } ?? files
    self.available = available
  }

  var testDescription: String { name }
}
