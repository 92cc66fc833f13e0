import Foundation
import Ops

/// The available memory of this machine.
public struct SystemMemory: Sendable {
  /// The available bytes; nil if the system does not report them.
  public let available: Int?
  /// The remaining address space of the process in bytes (`ulimit -v`); nil without such a limit.
  public let addressSpace: Int?

  /// Creates a fixed amount, independent of the system.
  ///
  /// - Parameters:
  ///   - available: The available bytes; nil if the system does not report them.
  ///   - addressSpace: The remaining address space of the process in bytes (`ulimit -v`); nil without such a
  ///     limit.
  public init(available: Int?, addressSpace: Int? = nil) {
    self.available = available
    self.addressSpace = addressSpace
  }

  /// Returns the share of each of several processes.
  ///
  /// - Parameter processes: The number of processes on this machine.
  public func shared(by processes: Int) -> SystemMemory {
    SystemMemory(available: available.map { $0 / processes }, addressSpace: addressSpace)
  }

  /// Checks that an amount is available.
  ///
  /// - Parameters:
  ///   - bytes: The needed bytes.
  ///   - mapped: Additional address space, mostly unused.
  ///   - purpose: The purpose, as the beginning of a sentence.
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

  /// The current state: on Linux the kernel's available memory, or what remains of the limits of this
  /// process's control groups (a container's, a batch job's) if that is less; on macOS the pages that are
  /// free or can be freed. The process's own `setrlimit` limits are those of its address space.
  public static var current: SystemMemory {
    #if canImport(Darwin)
      SystemMemory(available: pagesToTake)
    #else
      SystemMemory(linuxFilesIn: URL(filePath: "/"), addressSpace: ProcessMemory.left)
    #endif
  }

  /// Returns an amount in words: `38 MiB`, `1.5 GiB`.
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
  /// Reads the files of a Linux system; `root` is the parent of its `/proc` and `/sys`.
  init(linuxFilesIn root: URL, addressSpace: Int? = nil) {
    let machine = LinuxFile(root.appending(path: "proc/meminfo")).number(after: "MemAvailable:").map {
      $0 << 10
    }
    let groups = ControlGroup.all(.memory, linuxFilesIn: root).map(\.availableMemory)
    available = ([machine] + groups).compactMap { $0 }.min()
    self.addressSpace = addressSpace
  }
}
