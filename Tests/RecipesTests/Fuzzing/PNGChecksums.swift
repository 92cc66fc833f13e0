/// The checksums of a PNG file's chunks.
enum PNGChecksums {
  /// The file with the checksums of its chunks' contents, as far as the chunks can be followed.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    var bytes = file
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { break }
      var sum: UInt32 = .max
      for byte in bytes[(place + 4)..<(place + 8 + length)] {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      }
      for index in 0..<4 {
        bytes[place + 8 + length + index] = UInt8(truncatingIfNeeded: ~sum >> (24 - 8 * index))
      }
      place += length + 12
    }
    return bytes
  }
}
