@testable import Recipes

/// A sorted table of one block.
enum TableFile {
  /// Returns a table with valid checksums, whatever the block holds.
  static func bytes(of block: [UInt8]) -> [UInt8] {
    // The list of blocks: one entry with an empty key, and one restart.
    let handle = [0] + varint(block.count)
    let empty: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0]
    let list = [0, 0] + varint(handle.count) + handle + [0, 0, 0, 0, 1, 0, 0, 0]
    let start = block.count + 5
    let footer =
      varint(start) + varint(empty.count) + varint(start + empty.count + 5) + varint(list.count)
    return trailed(block) + trailed(empty) + trailed(list) + footer
      + [UInt8](repeating: 0, count: 40 - footer.count)
      + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  }

  private static func trailed(_ block: [UInt8]) -> [UInt8] {
    let checksum = CRC32C.masked(block + [0])
    return block + [0] + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
  }

  private static func varint(_ number: Int) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + varint(number >> 7)
  }
}
