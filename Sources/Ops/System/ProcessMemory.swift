import Foundation

/// The memory of this process and its `setrlimit` limits, which `ulimit` and batch systems set.
package enum ProcessMemory {
  /// The resident set size in bytes; nil if the system does not report it.
  package static var resident: Int? { pages(at: 1) }

  /// The address space in bytes; nil if the system does not report it.
  package static var addressSpace: Int? { pages(at: 0) }

  /// The remaining bytes under the limits of address space (`ulimit -v`) and data (`ulimit -d`); nil without
  /// a limit.
  package static var left: Int? {
    #if os(Linux)
      let limits = [
        (limit(__rlimit_resource_t(RLIMIT_AS.rawValue)), pages(at: 0)),
        (limit(__rlimit_resource_t(RLIMIT_DATA.rawValue)), pages(at: 5)),
      ]
      return limits.compactMap { limit, used in limit.map { max(0, $0 - (used ?? 0)) } }.min()
    #else
      return nil  // not enforced there
    #endif
  }

  // Returns a page count of statm, in bytes.
  private static func pages(at place: Int) -> Int? {
    let words = LinuxFile(URL(filePath: "/proc/self/statm")).words
    guard words.indices.contains(place), let pages = Int(words[place]) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  #if os(Linux)
    private static func limit(_ resource: __rlimit_resource_t) -> Int? {
      var limit = rlimit()
      return getrlimit(resource, &limit) == 0 ? Int(exactly: limit.rlim_cur) : nil
    }
  #endif

  /// Ends the process, as no more memory can be had, with a sentence and the status of a system's error: for
  /// what cannot throw.
  package static func end(lacking bytes: Int, for purpose: String) -> Never {
    FileHandle.standardError.write(Data("\(OutOfMemory(bytes: bytes, purpose: purpose))\n".utf8))
    exit(71)  // EX_OSERR
  }
}
