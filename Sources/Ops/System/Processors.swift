import Foundation

/// The processors available to this process.
enum Processors {
  /// The number of processors: that of the machine, reduced by affinity (`taskset`, a batch system) and by
  /// control groups (a container's `--cpus`).
  static var count: Int {
    count(of: ProcessInfo.processInfo.activeProcessorCount, linuxFilesIn: URL(filePath: "/"))
  }

  /// Returns the number for each of several processes. A launcher that has bound each to processors of its
  /// own has divided them already.
  static func count(sharedBy processes: Int) -> Int {
    let isBound = count < ProcessInfo.processInfo.processorCount && processes > 1
    return isBound ? count : max(1, count / processes)
  }

  /// Returns the number for a machine with this many processors; `root` is the parent of its `/proc` and
  /// `/sys`.
  static func count(of machine: Int, linuxFilesIn root: URL) -> Int {
    let status = LinuxFile(root.appending(path: "proc/self/status"))
    // One bit per processor: `Cpus_allowed: ff,ffffffff`.
    let allowed = status.word(after: "Cpus_allowed:").map { mask in
      mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    }
    let quotas = ControlGroup.all(.cpu, linuxFilesIn: root).map(\.processors)
    return max(1, ([machine, allowed] + quotas).compactMap { $0 }.min() ?? 1)
  }
}
