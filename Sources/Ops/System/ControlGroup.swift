import Foundation

/// A Linux control group, version 1 or 2: the resource limits of a container or a batch job.
package struct ControlGroup {
  /// A limited resource.
  package enum Controller: String {
    case memory, cpu
  }

  private let folder: URL
  private let isSecondVersion: Bool

  /// Returns this process's groups for a controller and their ancestors; `root` is the parent of `/proc` and
  /// `/sys`.
  package static func all(_ controller: Controller, linuxFilesIn root: URL) -> [ControlGroup] {
    LinuxFile(root.appending(path: "proc/self/cgroup")).lines.flatMap { line in
      all(controller, of: line, below: root.appending(path: "sys/fs/cgroup"))
    }
  }

  // Returns the group in a line of `/proc/self/cgroup`, `0::/a/b` or `4:memory:/a/b`, and its ancestors. In a
  // container the path may be that on the host; missing folders are skipped.
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

  /// The remaining bytes of its memory limit, with reclaimable file cache counted as free; nil without a
  /// limit.
  package var availableMemory: Int? {
    let (limit, usage, cache) =
      isSecondVersion
      ? ("memory.max", "memory.current", "inactive_file")
      : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    guard let limit = file(limit).number else { return nil }  // `max` is not a number
    let used = max(0, (file(usage).number ?? 0) - (file("memory.stat").number(after: cache) ?? 0))
    return max(0, limit - used)
  }

  /// The CPU quota in processors, rounded up; nil without a limit.
  package var processors: Int? {
    let (quota, period) =
      isSecondVersion
      ? (file("cpu.max").words.first.flatMap { Int($0) }, file("cpu.max").words.last.flatMap { Int($0) })
      : (file("cpu.cfs_quota_us").number, file("cpu.cfs_period_us").number)
    guard let quota, let period, quota > 0, period > 0 else { return nil }  // `max` and -1 mean no limit
    return (quota - 1) / period + 1
  }

  private func file(_ name: String) -> LinuxFile { LinuxFile(folder.appending(path: name)) }
}
