import Foundation

/// A 128-bit hash of a file's path.
struct CacheKey: Hashable {
  let high: UInt64
  let low: UInt64

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  init(_ path: String) {
    var hashes = (ContentHash(), ContentHash())
    hashes.1.combine(1)
    hashes.0.combine(path)
    hashes.1.combine(path)
    self.init(high: hashes.0.value, low: hashes.1.value)
  }

  // The key is already a hash.
  func hash(into hasher: inout Hasher) { hasher.combine(low) }
}

/// The location of a cached block, such as an image: a record of the index, 64 bytes, of which the last eight
/// are a checksum of the others.
struct CacheRecord: Equatable {
  static let bytes = 64
  private static let words = bytes / MemoryLayout<UInt64>.stride

  let key: CacheKey
  let source: FileStamp
  let chunk: Int
  let offset: Int
  let width: Int
  let height: Int
  /// The checksum of the block.
  let checksum: UInt64

  /// Returns the size of the block in bytes, given that of an element.
  func bytes(_ elementBytes: Int) -> Int { width * height * elementBytes }

  /// Returns the checksum of a block.
  static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = ContentHash()
    hash.combine(bytes)
    return hash.value
  }
}

extension CacheRecord {
  /// The record in its file format: little-endian words.
  var encoded: [UInt64] {
    let words = [
      key.high, key.low, UInt64(bitPattern: source.size), UInt64(bitPattern: source.modified),
      UInt64(chunk) << 32 | UInt64(offset), UInt64(width) << 32 | UInt64(height), checksum,
    ]
    return (words + [CacheRecord.checksum(of: words)]).map(\.littleEndian)
  }

  /// Decodes a record of 64 bytes; nil if it is damaged or its location is outside a chunk.
  init?(_ bytes: UnsafeRawBufferPointer, elementBytes: Int, chunkBytes: Int) {
    func word(_ place: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
    }
    let last = CacheRecord.words - 1
    guard CacheRecord.checksum(of: (0..<last).lazy.map(word)) == word(last) else { return nil }
    func halves(_ place: Int) -> (Int, Int) {
      let word = word(place)
      return (Int(word >> 32), Int(word & 0xffff_ffff))
    }
    key = CacheKey(high: word(0), low: word(1))
    source = FileStamp(size: Int64(bitPattern: word(2)), modified: Int64(bitPattern: word(3)))
    (chunk, offset) = halves(4)
    (width, height) = halves(5)
    checksum = word(6)
    let (area, overflows) = width.multipliedReportingOverflow(by: height)
    let (count, overflowsToo) = area.multipliedReportingOverflow(by: elementBytes)
    guard !overflows, !overflowsToo, count > 0, offset <= chunkBytes, count <= chunkBytes - offset else {
      return nil
    }
  }

  private static func checksum(of words: some Sequence<UInt64>) -> UInt64 {
    var hash = ContentHash()
    for word in words { hash.combine(Int(truncatingIfNeeded: word)) }
    return hash.value
  }
}
