/// An uncompressed BMP file of 8 bits per pixel with a palette, 24 or 32 bits
/// (https://learn.microsoft.com/windows/win32/gdi/bitmap-storage). Rows are read in place, bottom-up unless
/// the height is negative; the fourth byte of a pixel is ignored.
struct BMP {
  private let header: BMPHeader
  private let file: [UInt8]
  /// Blue, green and red of each of 256 values; black for those missing from the palette.
  private let palette: [UInt8]

  init(_ file: consuming [UInt8]) throws(ImageError) {
    let bytes = consume file
    header = try BMPHeader(bytes)
    try header.check(fits: bytes.count)
    var palette = [UInt8](repeating: 0, count: header.bits == 8 ? 3 * 256 : 0)
    for color in 0..<header.colors {
      for channel in 0..<3 { palette[3 * color + channel] = bytes[header.palette + 4 * color + channel] }
    }
    (self.file, self.palette) = (bytes, palette)
  }
}

extension BMP: ImageDecoder {
  static let names = ["BMP"]
  static let fileExtensions = ["bmp", "dib"]

  static func matches(_ file: [UInt8]) -> Bool {
    file.starts(with: "BM".utf8) && file.dropFirst(6).starts(with: [0, 0, 0, 0])
  }

  static func decodingBytes(
    of start: [UInt8], fileSize: Int, shorterSide: Int?
  ) throws(ImageError) -> Int {
    try BMPHeader(start).check(fits: fileSize)
    return 0  // rows are read in place
  }

  func decoded(atLeast shorterSide: Int?) -> any PixelRows { self }
}

extension BMP: PixelRows {
  var width: Int { header.width }
  var height: Int { header.height }
  var channels: Int { 3 }

  func write(row: Int, columns: Range<Int>, to output: UnsafeMutableBufferPointer<Float>) {
    let line = header.isTopDown ? row : height - 1 - row
    let bytesPerPixel = header.bits / 8
    let start = header.pixels + line * header.pitch + columns.lowerBound * bytesPerPixel
    for pixel in 0..<columns.count {
      let place = start + pixel * bytesPerPixel
      for channel in 0..<3 {
        let byte = palette.isEmpty ? file[place + 2 - channel] : palette[3 * Int(file[place]) + 2 - channel]
        output[3 * pixel + channel] = Float(byte) / 255
      }
    }
  }
}

/// The two headers of a BMP file.
struct BMPHeader {
  let width: Int
  let height: Int
  let isTopDown: Bool
  /// The bits per pixel: 8, 24 or 32.
  let bits: Int
  /// The offset of the palette, and its number of colors, four bytes each.
  let palette: Int, colors: Int
  /// The offset of the first row in the file.
  let pixels: Int

  /// The bytes per row, a multiple of four.
  var pitch: Int { (width * bits + 31) / 32 * 4 }

  init(_ file: [UInt8]) throws(ImageError) {
    var reader = ByteReader(file[...])
    reader.isLittleEndian = true
    guard let pixels = reader.uint32(at: 10), let size = reader.uint32(at: 14) else {
      throw BMPHeader.damaged("it ends within its header")
    }
    guard size != 12, size != 64 else { throw BMPHeader.unsupported("of OS/2") }
    guard [40, 52, 56, 108, 124].contains(size) else {
      throw BMPHeader.damaged("its header has \(size) bytes")
    }
    guard reader.part(at: 14, count: size) != nil,
      let width = reader.int32(at: 18), let height = reader.int32(at: 22),
      let bits = reader.uint16(at: 28), let compression = reader.uint32(at: 30),
      let colors = reader.uint32(at: 46)
    else { throw BMPHeader.damaged("it ends within its header") }
    switch compression {
    case 0: break
    case 1, 2: throw BMPHeader.unsupported("with run-length compression")
    case 3, 6: throw BMPHeader.unsupported("with bit fields")
    case 4, 5: throw BMPHeader.unsupported("with a compressed picture inside")
    default: throw BMPHeader.damaged("its compression is of the unknown kind \(compression)")
    }
    guard [8, 24, 32].contains(bits) else {
      throw BMPHeader.unsupported("of \(bits) bits a pixel")
    }
    try Image.checkSize(width: width, height: abs(height))
    guard bits != 8 || colors <= 256 else {
      throw BMPHeader.damaged("its palette has \(colors) colors where 256 are possible")
    }
    (self.width, self.height, isTopDown) = (width, abs(height), height < 0)
    (self.bits, self.pixels) = (bits, pixels)
    palette = 14 + size
    self.colors = bits != 8 ? 0 : colors == 0 ? 256 : colors
    guard pixels >= palette + 4 * self.colors else {
      throw BMPHeader.damaged("its pixels begin within its header")
    }
  }

  /// Checks that the file contains all rows.
  func check(fits bytes: Int) throws(ImageError) {
    let needed = pitch * height
    guard bytes - pixels >= needed else {
      throw BMPHeader.damaged(
        "\(width) by \(height) pixels need \(needed) bytes, but \(max(bytes - pixels, 0)) follow its header")
    }
  }

  private static func damaged(_ reason: String) -> ImageError { .damaged(format: "BMP", reason: reason) }

  private static func unsupported(_ kind: String) -> ImageError {
    .unsupported(format: "a BMP picture " + kind, convertTo: "PNG")
  }
}

extension ByteReader {
  /// Returns a signed 32-bit number.
  fileprivate func int32(at offset: Int) -> Int? {
    uint32(at: offset).map { Int(Int32(truncatingIfNeeded: $0)) }
  }
}
