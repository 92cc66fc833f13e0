/// The header of a PNG file, its first chunk.
struct PNGHeader {
  let width: Int
  let height: Int
  /// The maximum number of channels: palette and color images may have transparency without an alpha channel.
  let channels: Int
  private let bitsPerPixel: Int

  /// Reads the first chunk of a file with PNG's signature.
  init(_ file: [UInt8]) throws(ImageError) {
    let reader = ByteReader(file[...])
    let start = PNGFile.signature.count
    guard reader.part(at: start + 4, count: 4)?.elementsEqual("IHDR".utf8) == true,
      let width = reader.uint32(at: start + 8), let height = reader.uint32(at: start + 12),
      let depth = reader.uint8(at: start + 16), let colors = reader.uint8(at: start + 17)
    else {
      throw .damaged(format: "PNG", reason: "it does not begin with a header")
    }
    try Image.checkSize(width: width, height: height)
    (self.width, self.height) = (width, height)
    channels = colors == 0 || colors == 4 ? 2 : 4
    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colors]
    guard let samples, [1, 2, 4, 8, 16].contains(depth) else {
      throw .damaged(format: "PNG", reason: "its header tells an unknown kind of pixels")
    }
    bitsPerPixel = samples * depth
  }

  /// Checks that the file is large enough: zlib compresses at most 1032 to 1
  /// (https://zlib.net/zlib_tech.html).
  func check(fits bytes: Int) throws(ImageError) {
    guard width * height * bitsPerPixel / 8 <= 1032 * (bytes + 1) else {
      throw .impossible("PNG", width: width, height: height, bytes: bytes)
    }
  }

  /// The memory for decoding, without the file: the result, and lines.
  var decodingBytes: Int { width * height * channels + 64 * (width + 4096) }
}
