import Foundation

/// A control group of Linux, in the first or the second version: what a container or a batch job may take.
package struct ControlGroup {
  /// What a group limits.
  package enum Controller: String {
    case memory, cpu
  }

  private let folder: URL
  private let isSecondVersion: Bool

  /// The groups that this process is in for a controller, and those around them, `root` being where the
  /// system's `/proc` and `/sys` are.
  package static func all(_ controller: Controller, linuxFilesIn root: URL) -> [ControlGroup] {
    LinuxFile(root.appending(path: "proc/self/cgroup")).lines.flatMap { line in
      all(controller, of: line, below: root.appending(path: "sys/fs/cgroup"))
    }
  }

  // The group that a line of `/proc/self/cgroup` names, `0::/a/b` or `4:memory:/a/b`, and those around it. In
  // a container the path may be one of the machine around it; of the folders that are not there nothing is
  // read.
  private static func all(_ controller: Controller, of line: String, below root: URL) -> [ControlGroup] {
    let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return [] }
    let isSecondVersion = fields[0] == "0" && fields[1].isEmpty
    guard isSecondVersion || fields[1].split(separator: ",").contains(Substring(controller.rawValue)) else {
      return []
    }
    var folder = isSecondVersion ? root : root.appending(path: controller.rawValue)
    var groups = [ControlGroup(folder: folder, isSecondVersion: isSecondVersion)]
    for name in fields[2].split(separator: "/") where name != ".." {
      folder = folder.appending(path: String(name))
      groups.append(ControlGroup(folder: folder, isSecondVersion: isSecondVersion))
    }
    return groups
  }

  /// The bytes that are left of its limit, the file cache that the kernel would give up counted as free; nil
  /// without a limit.
  package var availableMemory: Int? {
    let (limit, usage, cache) =
      isSecondVersion
      ? ("memory.max", "memory.current", "inactive_file")
      : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    guard let limit = file(limit).number else { return nil }  // `max` is no number
    let used = max(0, (file(usage).number ?? 0) - (file("memory.stat").number(after: cache) ?? 0))
    return max(0, limit - used)
  }

  /// The processors that its share of time is worth, rounded up; nil without a limit.
  package var processors: Int? {
    let (quota, period) =
      isSecondVersion
      ? (file("cpu.max").words.first.flatMap { Int($0) }, file("cpu.max").words.last.flatMap { Int($0) })
      : (file("cpu.cfs_quota_us").number, file("cpu.cfs_period_us").number)
    guard let quota, let period, quota > 0, period > 0 else { return nil }  // `max` and -1 are no limits
    return (quota - 1) / period + 1
  }

  private func file(_ name: String) -> LinuxFile { LinuxFile(folder.appending(path: name)) }
}
