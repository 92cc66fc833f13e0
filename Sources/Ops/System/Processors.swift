import Foundation

/// The processors that this process may use.
enum Processors {
  /// As many as the machine has, if neither its processors nor its time on them are limited: by affinity
  /// (`taskset`, a batch system), or by the control groups it is in (a container's `--cpus`).
  static var count: Int {
    count(of: ProcessInfo.processInfo.activeProcessorCount, linuxFilesIn: URL(filePath: "/"))
  }

  /// The same for a machine of so many processors, `root` being where its `/proc` and `/sys` are.
  static func count(of machine: Int, linuxFilesIn root: URL) -> Int {
    let status = LinuxFile(root.appending(path: "proc/self/status"))
    // A bit for each: `Cpus_allowed: ff,ffffffff`.
    let allowed = status.word(after: "Cpus_allowed:").map { mask in
      mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
    }
    let quotas = ControlGroup.all(.cpu, linuxFilesIn: root).map(\.processors)
    return max(1, ([machine, allowed] + quotas).compactMap { $0 }.min() ?? 1)
  }
}
