/// An incremental hash of bytes, independent of how they are divided into pieces.
struct StreamHash {
  private var hash = ContentHash()
  private var count = 0
  // The bytes after the last whole word, the first in the lowest position.
  private var rest: UInt64 = 0

  /// Adds bytes.
  mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var place = 0
    while count % 8 != 0, place < bytes.count {
      add(bytes[place])
      place += 1
    }
    let whole = place + (bytes.count - place) / 8 * 8
    while place < whole {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      hash.combine(Int(truncatingIfNeeded: word))
      place += 8
      count += 8
    }
    for byte in bytes[place...] { add(byte) }
  }

  private mutating func add(_ byte: UInt8) {
    rest |= UInt64(byte) << UInt64(8 * (count % 8))
    count += 1
    if count % 8 == 0 {
      hash.combine(Int(truncatingIfNeeded: rest))
      rest = 0
    }
  }

  /// The hash of all bytes so far and of their number, as sixteen hexadecimal digits.
  var text: String {
    var whole = hash
    whole.combine(Int(truncatingIfNeeded: rest))
    whole.combine(count)
    return whole.text
  }
}
