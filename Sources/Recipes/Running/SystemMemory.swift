import Foundation

/// How much memory can still be taken on this machine.
public struct SystemMemory: Sendable {
  /// Bytes; nil where the system does not say.
  public let available: Int?

  /// So many bytes, whatever the system says.
  public init(available: Int?) { self.available = available }

  /// What the system has now: on Linux what the kernel holds for available, or what is left of the limits of the
  /// control groups this process is in (a container's, a batch job's) if that is less; on macOS the pages that are
  /// free or can be freed.
  public static var current: SystemMemory {
    #if canImport(Darwin)
      SystemMemory(available: pagesToTake)
    #else
      SystemMemory(linuxFilesIn: URL(filePath: "/"))
    #endif
  }

  /// An amount in words: `38 MiB`, `1.5 GiB`.
  static func text(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 0x1p20
    if mebibytes < 9.95 { return String(format: "%.1f MiB", mebibytes) }
    return String(
      format: mebibytes < 1000 ? "%.0f MiB" : "%.1f GiB", mebibytes < 1000 ? mebibytes : mebibytes / 1024)
  }
}

#if canImport(Darwin)
  extension SystemMemory {
    private static var pagesToTake: Int? {
      var statistics = vm_statistics64()
      var count = mach_msg_type_number_t(MemoryLayout<vm_statistics64>.size / MemoryLayout<integer_t>.size)
      let result = withUnsafeMutablePointer(to: &statistics) { pointer in
        pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
          host_statistics64(mach_host_self(), HOST_VM_INFO64, $0, &count)
        }
      }
      guard result == KERN_SUCCESS else { return nil }
      let pages =
        Int(statistics.free_count) + Int(statistics.inactive_count) + Int(statistics.purgeable_count)
      return pages * Int(sysconf(_SC_PAGESIZE))
    }
  }
#endif

extension SystemMemory {
  /// What the files of a Linux system say, `root` being where its `/proc` and `/sys` are.
  init(linuxFilesIn root: URL) {
    let machine = LinuxFile(root.appending(path: "proc/meminfo")).number(after: "MemAvailable:").map {
      $0 << 10
    }
    let groups = LinuxFile(root.appending(path: "proc/self/cgroup")).lines.flatMap { line in
      ControlGroup.all(of: line, below: root.appending(path: "sys/fs/cgroup"))
    }
    available = ([machine] + groups.map(\.available)).compactMap { $0 }.min()
  }
}

/// A control group that accounts for memory, in the first or the second version.
private struct ControlGroup {
  let folder: URL
  let isSecondVersion: Bool

  /// The group that a line of `/proc/self/cgroup` names, `0::/a/b` or `4:memory:/a/b`, and those around it.
  ///
  /// In a container the path may be one of the machine around it; of the folders that are not there nothing is read.
  static func all(of line: String, below root: URL) -> [ControlGroup] {
    let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return [] }
    let isSecondVersion = fields[0] == "0" && fields[1].isEmpty
    guard isSecondVersion || fields[1].split(separator: ",").contains("memory") else { return [] }
    var folder = isSecondVersion ? root : root.appending(path: "memory")
    var groups = [ControlGroup(folder: folder, isSecondVersion: isSecondVersion)]
    for name in fields[2].split(separator: "/") where name != ".." {
      folder = folder.appending(path: String(name))
      groups.append(ControlGroup(folder: folder, isSecondVersion: isSecondVersion))
    }
    return groups
  }

  /// What is left of its limit, the file cache that the kernel would give up counted as free; nil without a limit.
  var available: Int? {
    let (limit, usage, cache) =
      isSecondVersion
      ? ("memory.max", "memory.current", "inactive_file")
      : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    guard let limit = file(limit).number else { return nil }  // `max` is no number
    let used = max(0, (file(usage).number ?? 0) - (file("memory.stat").number(after: cache) ?? 0))
    return max(0, limit - used)
  }

  private func file(_ name: String) -> LinuxFile { LinuxFile(folder.appending(path: name)) }
}

/// A small text file of the kernel's; without lines if it cannot be read.
private struct LinuxFile {
  let lines: [String]

  init(_ url: URL) {
    let text = (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    lines = text.split(separator: "\n").map(String.init)
  }

  /// The number that is all there is.
  var number: Int? { lines.first.flatMap { Int($0) } }

  /// The number behind a word at the start of a line.
  func number(after word: String) -> Int? {
    for line in lines {
      let words = line.split(separator: " ")
      if words.count > 1, words[0] == word { return Int(words[1]) }
    }
    return nil
  }
}
