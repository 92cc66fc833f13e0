import Foundation

/// Zeroed pages of memory from the system, which are mapped on first write.
///
/// A large block asks for huge pages, as products read their operands in many places at once: with pages of
/// 4 KiB a training step spends some percent of its time on the translation of addresses.
final class Pages: @unchecked Sendable {
  /// The first byte, at the start of a page.
  let start: UnsafeMutableRawPointer
  private let block: (start: UnsafeMutableRawPointer, byteCount: Int)

  private static let hugePageBytes = 2 << 20

  /// Maps memory; nil if the system does not have so much.
  init?(byteCount: Int) {
    let isLarge = byteCount >= 2 * Pages.hugePageBytes
    let size = max(1, byteCount) + (isLarge ? Pages.hugePageBytes : 0)
    #if os(Linux)
      let kind = MAP_PRIVATE | Int32(MAP_ANONYMOUS)
    #else
      let kind = MAP_PRIVATE | MAP_ANON
    #endif
    guard let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, kind, -1, 0), mapped != MAP_FAILED else {
      return nil
    }
    block = (mapped, size)
    start = isLarge ? mapped.alignedUp(toMultipleOf: Pages.hugePageBytes) : mapped
    #if os(Linux)
      // A request that a system may ignore.
      if isLarge { madvise(start, byteCount, MADV_HUGEPAGE) }
    #endif
  }

  deinit { munmap(block.start, block.byteCount) }
}
