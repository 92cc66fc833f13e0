import Foundation
import Ops

/// How much memory can still be taken on this machine.
public struct SystemMemory: Sendable {
  /// Bytes; nil where the system does not say.
  public let available: Int?
  /// Bytes that the process may still map, whether it uses them or not (`ulimit -v`); nil without such a
  /// limit.
  public let addressSpace: Int?

  /// So many bytes, whatever the system says.
  public init(available: Int?, addressSpace: Int? = nil) {
    self.available = available
    self.addressSpace = addressSpace
  }

  /// Checks that so much is there.
  ///
  /// - Parameters:
  ///   - bytes: What is needed.
  ///   - mapped: What is mapped besides, and hardly used.
  ///   - purpose: What it is for, as the beginning of a sentence.
  /// - Throws: `MemoryShortage` if it is not.
  func require(_ bytes: Int, mapped: Int = 0, for purpose: String) throws(MemoryShortage) {
    if let available, bytes > available {
      throw MemoryShortage(purpose: purpose, needed: bytes, available: available, isAddressSpace: false)
    }
    if let addressSpace, bytes + mapped > addressSpace {
      throw MemoryShortage(
        purpose: purpose, needed: bytes + mapped, available: addressSpace, isAddressSpace: true)
    }
  }

  /// What the system has now: on Linux what the kernel holds for available, or what is left of the limits of
  /// the control groups this process is in (a container's, a batch job's) if that is less; on macOS the pages
  /// that are free or can be freed. Limits of the process itself, by `setrlimit`, are those of its address
  /// space.
  public static var current: SystemMemory {
    #if canImport(Darwin)
      SystemMemory(available: pagesToTake)
    #else
      SystemMemory(linuxFilesIn: URL(filePath: "/"), addressSpace: ProcessMemory.left)
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
  init(linuxFilesIn root: URL, addressSpace: Int? = nil) {
    let machine = LinuxFile(root.appending(path: "proc/meminfo")).number(after: "MemAvailable:").map {
      $0 << 10
    }
    let groups = ControlGroup.all(.memory, linuxFilesIn: root).map(\.availableMemory)
    available = ([machine] + groups).compactMap { $0 }.min()
    self.addressSpace = addressSpace
  }
}
