/// A cyclic redundancy check of 32 bits, computed eight bytes at a time.
struct CyclicChecksum {
  /// The generator polynomial, with its bits reversed.
  enum Polynomial: UInt32 {
    /// That of zip archives and PNG files (ISO 3309).
    case iso3309 = 0xEDB8_8320
    /// Castagnoli's, of TFRecord files (RFC 3720, section 12.1).
    case castagnoli = 0x82F6_3B78
  }

  private var state: UInt32 = 0xFFFF_FFFF
  private let tables: [UInt32]

  /// Begins with no bytes.
  init(_ polynomial: Polynomial = .iso3309) {
    tables = polynomial == .iso3309 ? CyclicChecksum.iso3309 : CyclicChecksum.castagnoli
  }

  /// Computes the checksum of bytes.
  init(of bytes: [UInt8], _ polynomial: Polynomial = .iso3309) {
    self.init(polynomial)
    bytes.withUnsafeBytes { combine($0) }
  }

  /// The checksum of the bytes so far.
  var value: UInt32 { ~state }

  /// Adds bytes.
  mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    var state = state
    tables.withUnsafeBufferPointer { tables in
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

  private static let iso3309 = tables(of: .iso3309)
  private static let castagnoli = tables(of: .castagnoli)

  // Returns the checksum of each byte with none to seven zero bytes after it, 256 numbers each.
  private static func tables(of polynomial: Polynomial) -> [UInt32] {
    var tables: [UInt32] = []
    for byte in 0..<256 as Range<UInt32> {
      var sum = byte
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ polynomial.rawValue }
      tables.append(sum)
    }
    for index in 256..<2048 {
      let before = tables[index - 256]
      tables.append(before >> 8 ^ tables[Int(before & 0xFF)])
    }
    return tables
  }
}
