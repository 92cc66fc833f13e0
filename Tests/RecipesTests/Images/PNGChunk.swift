/// A chunk of a PNG file, with its checksum.
struct PNGChunk {
  let bytes: [UInt8]

  init(_ name: String, _ content: [UInt8]) {
    func number(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
    let named = Array(name.utf8) + content
    var sum: UInt32 = .max
    for byte in named {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    bytes = number(UInt32(content.count)) + named + number(~sum)
  }

  /// A header of so many pixels of 8 bits, in color.
  static func header(width: Int, height: Int, depth: UInt8 = 8, colors: UInt8 = 2) -> PNGChunk {
    let sizes = [width, height].flatMap { side in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: side >> $0) }
    }
    return PNGChunk("IHDR", sizes + [depth, colors, 0, 0, 0])
  }
}
