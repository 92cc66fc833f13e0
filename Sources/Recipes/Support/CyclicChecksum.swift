/// The checksum CRC-32 of zip archives and PNG files (ISO 3309), eight bytes at a time.
struct CyclicChecksum {
  private var state: UInt32 = 0xFFFF_FFFF

  /// Begins with no bytes.
  init() {}

  /// Computes the checksum of bytes.
  init(of bytes: [UInt8]) { bytes.withUnsafeBytes { combine($0) } }

  /// The checksum of the bytes so far.
  var value: UInt32 { ~state }

  /// Adds bytes.
  mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    CyclicChecksum.tables.withUnsafeBufferPointer { tables in
      var place = 0
      while place + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) ^ UInt64(state)
        state = 0
        for byte in 0..<8 {
          state ^= tables[(7 - byte) << 8 | Int(truncatingIfNeeded: word >> (8 * UInt64(byte)) & 0xFF)]
        }
        place += 8
      }
      while place < bytes.count {
        state = state >> 8 ^ tables[Int(UInt8(truncatingIfNeeded: state) ^ bytes[place])]
        place += 1
      }
    }
    self.state = state
  }

  // The checksum of each byte with none to seven zero bytes after it, 256 numbers each.
  private static let tables: [UInt32] = {
    let polynomial: UInt32 = 0xEDB8_8320
    var tables: [UInt32] = []
    for byte in 0..<256 as Range<UInt32> {
      var sum = byte
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ polynomial }
      tables.append(sum)
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
    }
    return tables
  }()
}
