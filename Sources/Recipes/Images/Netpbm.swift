import Ops

/// A binary PPM (`P6`) or PGM (`P5`) file, with one or two bytes per value
/// (https://netpbm.sourceforge.net/doc/ppm.html). Rows are read in place.
struct Netpbm {
  private let header: NetpbmHeader
  private let file: [UInt8]

  init(_ file: consuming [UInt8]) throws(ImageError) {
    let bytes = consume file
    header = try NetpbmHeader(bytes)
    try header.check(fits: bytes.count)
    self.file = bytes
  }
}

extension Netpbm: ImageDecoder {
  static let names = ["PPM", "PGM"]
  static let fileExtensions = ["ppm", "pgm", "pnm"]

  static func matches(_ file: [UInt8]) -> Bool {
    file.starts(with: "P5".utf8) || file.starts(with: "P6".utf8)
  }

  static func decodingBytes(
    of start: [UInt8], fileSize: Int, shorterSide: Int?
  ) throws(ImageError) -> Int {
    try NetpbmHeader(start).check(fits: fileSize)
    return 0  // rows are read in place
  }

  func decoded(atLeast shorterSide: Int?) -> any PixelRows { self }
}

extension Netpbm: PixelRows {
  var width: Int { header.width }
  var height: Int { header.height }
  var channels: Int { header.channels }

  func write(row: Int, columns: Range<Int>, to output: UnsafeMutableBufferPointer<Float>) {
    let bytesPerLevel = header.maximum > 255 ? 2 : 1
    let start = header.count + (row * width + columns.lowerBound) * channels * bytesPerLevel
    let white = Float(header.maximum)
    file.withUnsafeBufferPointer { file in
      let bytes = UnsafeBufferPointer(rebasing: file[start..<(start + output.count * bytesPerLevel)])
      if bytesPerLevel == 2 {
        LevelLoops.values(ofPairs: bytes, white: white, into: output)
      } else {
        LevelLoops.values(of: bytes, white: white, into: output)
      }
    }
  }
}

/// The header of a Netpbm file: its kind, and numbers separated by white space and comments.
struct NetpbmHeader {
  let width: Int
  let height: Int
  let channels: Int
  /// The value of white.
  let maximum: Int
  /// The size of the header in bytes.
  let count: Int
  private let format: String

  init(_ file: [UInt8]) throws(ImageError) {
    let isColor = file.starts(with: "P6".utf8)
    format = isColor ? "PPM" : "PGM"
    channels = isColor ? 3 : 1
    var reader = NetpbmReader(file)
    guard let width = reader.number(), let height = reader.number(), let maximum = reader.number(),
      reader.skipSpace()
    else {
      throw .damaged(format: format, reason: "its header does not give a width, a height and a largest value")
    }
    try Image.checkSize(width: width, height: height)
    guard (1...65535).contains(maximum) else {
      throw .damaged(format: format, reason: "its largest value is \(maximum) where 1 to 65535 is possible")
    }
    (self.width, self.height, self.maximum) = (width, height, maximum)
    count = reader.count
  }

  /// Checks that the file contains all values.
  func check(fits bytes: Int) throws(ImageError) {
    let needed = width * height * channels * (maximum > 255 ? 2 : 1)
    guard bytes - count >= needed else {
      throw .damaged(
        format: format,
        reason: "\(width) by \(height) pixels need \(needed) bytes, but \(bytes - count) follow its header")
    }
  }
}

/// A reader of numbers separated by white space and comments.
private struct NetpbmReader {
  /// The bytes read so far, initially those of the file's kind.
  private(set) var count = 2
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { count < bytes.count ? bytes[count] : nil }

  /// Returns the number after white space and comments, if it has at most nine digits.
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
