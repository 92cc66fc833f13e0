import Foundation
import Testing

@testable import Ops

struct ProcessorsTests {
  @Test(
    arguments: [
      (8, [:], 8),
      (8, ["proc/self/status": "Name:\tx\nCpus_allowed:\tff,00000003\n"], 8),
      (64, ["proc/self/status": "Cpus_allowed:\t00000000,00000007\nCpus_allowed_list:\t0-2\n"], 3),
      // The second version of control groups: 150 % of a processor are two.
      (8, ["proc/self/cgroup": "0::/job\n", "sys/fs/cgroup/job/cpu.max": "150000 100000\n"], 2),
      (8, ["proc/self/cgroup": "0::/job\n", "sys/fs/cgroup/job/cpu.max": "max 100000\n"], 8),
      (8, ["proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "300000 100000\n"], 3),
      // The first.
      (
        8,
        [
          "proc/self/cgroup": "4:cpu,cpuacct:/box\n", "sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "400000\n",
          "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
        ], 4
      ),
      (
        8,
        [
          "proc/self/cgroup": "4:cpu:/box\n", "sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "-1\n",
          "sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
        ], 8
      ),
      (8, ["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1000 100000\n"], 1),
    ] as [(Int, [String: String], Int)])
  func areThoseThatMayBeUsed(machine: Int, files: [String: String], count: Int) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "loupe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    #expect(Processors.count(of: machine, linuxFilesIn: root) == count)
  }

  @Test func threadsTakeAtMostHalfOfTheAddressSpace() {
    let one = Workers.addressSpacePerThread
    #expect(Workers.threads(wanted: 8, addressSpace: nil) == 8)
    #expect(Workers.threads(wanted: 8, addressSpace: 100 * one) == 8)
    #expect(Workers.threads(wanted: 8, addressSpace: 6 * one) == 3)
    #expect(Workers.threads(wanted: 8, addressSpace: one) == 1)
  }
}
