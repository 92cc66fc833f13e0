/// Binary PPM (`P6`) and PGM (`P5`) files, of one or two bytes a value (https://netpbm.sourceforge.net/doc/ppm.html).
enum Netpbm {
  /// The picture in the bytes of a file, `[H, W, 3]` or `[H, W, 1]`.
  static func picture(in file: [UInt8]) throws(ImageError) -> Image {
    let isColour = file.starts(with: Array("P6".utf8))
    let format = isColour ? "PPM" : "PGM"
    var header = NetpbmHeader(file)
    guard let width = header.number(), let height = header.number(), let maximum = header.number(),
      header.skipSpace()
    else {
      throw .damaged(format: format, reason: "its header does not give a width, a height and a largest value")
    }
    try Image.checkSize(width: width, height: height)
    guard (1...65535).contains(maximum) else {
      throw .damaged(format: format, reason: "its largest value is \(maximum) where 1 to 65535 is possible")
    }
    let channels = isColour ? 3 : 1
    let count = width * height * channels
    let bytes = file.dropFirst(header.count)
    let needed = maximum > 255 ? 2 * count : count
    guard bytes.count >= needed else {
      throw .damaged(
        format: format,
        reason: "\(width) by \(height) pixels need \(needed) bytes, but \(bytes.count) follow its header")
    }
    let pixels = [Float](unsafeUninitializedCapacity: count) { pixels, filled in
      let scale = Float(maximum)
      bytes.withUnsafeBufferPointer { bytes in
        if maximum > 255 {
          for i in 0..<count {
            pixels[i] = min(Float(UInt16(bytes[2 &* i]) << 8 | UInt16(bytes[2 &* i &+ 1])) / scale, 1)
          }
        } else {
          for i in 0..<count { pixels[i] = min(Float(bytes[i]) / scale, 1) }
        }
      }
      filled = count
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }
}

/// Reads the header: numbers between white space and comments.
private struct NetpbmHeader {
  /// The bytes read so far: at first, those that tell the kind of file.
  private(set) var count = 2
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { count < bytes.count ? bytes[count] : nil }

  /// The number after white space and comments, if it is one of at most nine digits.
  mutating func number() -> Int? {
    let start = count
    while let byte = next, isSpace(byte) || byte == UInt8(ascii: "#") {
      if byte == UInt8(ascii: "#") { while let byte = next, byte != UInt8(ascii: "\n") { count += 1 } }
      if next != nil { count += 1 }
    }
    guard count > start else { return nil }
    var digits = ""
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits.count < 10 {
      digits.append(Character(UnicodeScalar(byte)))
      count += 1
    }
    return digits.count < 10 ? Int(digits) : nil
  }

  /// Skips the one byte of white space that ends the header.
  mutating func skipSpace() -> Bool {
    guard let byte = next, isSpace(byte) else { return false }
    count += 1
    return true
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
}
