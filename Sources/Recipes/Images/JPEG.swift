/// A JPEG file, prepared for a decoder in which every warning counts as damage.
struct JPEG {
  let header: JPEGHeader
  /// The file from its first to its last marker, without metadata and without harmless defects that a decoder
  /// would warn of, such as bytes between segments.
  let essential: [UInt8]

  init(_ file: consuming [UInt8]) throws(ImageError) {
    var bytes = consume file
    header = try JPEGHeader(bytes)
    try header.check(fits: bytes.count)
    let (kept, corrections) = try JPEG.parts(of: bytes, header)
    for (place, value) in corrections { bytes[place] = value }
    bytes.keepOnly(kept)
    essential = bytes
  }

  /// Returns the parts of a file to keep, and the corrected bytes in them.
  private static func parts(
    of file: [UInt8], _ header: JPEGHeader
  ) throws(ImageError) -> (kept: [Range<Int>], corrections: [(place: Int, value: UInt8)]) {
    var segments = JPEGSegments(file)
    var kept = [0..<2]
    var scans = 0  // the number of kept parts up to the last scan
    var corrections: [(place: Int, value: UInt8)] = []
    while true {
      var segment = try segments.next()
      let content = file[segment.content]
      switch segment.marker {
      case 0xE0:
        guard content.dropping("JFIF\0") != nil, content.count >= 14 else { continue }
        corrections.append((content.startIndex + 5, 1))  // the version, which has no effect
      case 0xEE:
        guard content.dropping("Adobe") != nil, content.count >= 12 else { continue }
        // An unknown transform is replaced by the usual one.
        let transform = content.startIndex + 11
        if file[transform] > 1 { corrections.append((transform, 1)) }
      case 0xE0...0xEF, 0xFE: continue
      case 0xDA:
        // A sequential scan has all coefficients, whatever its header says.
        if header.isSequential, let components = content.first, content.count == 4 + 2 * Int(components) {
          corrections += zip((content.endIndex - 3)..<content.endIndex, [0, 63, 0])
            .map { (place: $0, value: $1) }
        }
        segment.whole = segment.whole.lowerBound..<(try segments.skipScan())
      default: break
      }
      if segment.marker == 0xD9 {
        // Data after the last scan have no effect.
        return ((scans > 0 ? Array(kept[..<scans]) : kept) + [segment.whole], corrections)
      }
      kept.append(segment.whole)
      if segment.marker == 0xDA { scans = kept.count }
    }
  }
}

extension JPEG: ImageDecoder {
  static let names = ["JPEG"]
  static let fileExtensions = ["jpg", "jpeg", "jpe", "jif", "jfif"]

  static func matches(_ file: [UInt8]) -> Bool { file.starts(with: [0xFF, 0xD8, 0xFF]) }

  static func decodingBytes(
    of start: [UInt8], fileSize: Int, shorterSide: Int?
  ) throws(ImageError) -> Int {
    let header = try JPEGHeader(start)
    try header.check(fits: fileSize)
    let side = Preparation(shorterSide: shorterSide).decodedSide(width: header.width, height: header.height)
    return header.decodingBytes(scale: header.scale(atLeast: side))
  }

  var width: Int { header.width }
  var height: Int { header.height }
  var channels: Int { header.channels }

  /// Returns the upright image, `[H, W, 3]` or `[H, W, 1]`, at an eighth, a quarter, half or all of its size.
  func decoded(atLeast shorterSide: Int?) throws(ImageError) -> any PixelRows {
    #if canImport(ImageIO)
      let samples = try SystemDecoder.samples(essential, format: "JPEG")
    #else
      let samples = try TurboJPEG.samples(self, scale: header.scale(atLeast: shorterSide))
    #endif
    return UprightImage(samples, header.orientation)
  }
}

extension ArraySlice<UInt8> {
  /// Returns the rest after a text at the start; nil if the start is different.
  func dropping(_ text: String) -> ArraySlice<UInt8>? {
    starts(with: text.utf8) ? dropFirst(text.utf8.count) : nil
  }
}

extension [UInt8] {
  /// Moves some parts, in order, to the front and removes the rest.
  mutating func keepOnly(_ parts: [Range<Int>]) {
    var end = 0
    withUnsafeMutableBytes { bytes in
      for part in parts {
        if part.lowerBound != end, let base = bytes.baseAddress {
          (base + end).copyMemory(from: base + part.lowerBound, byteCount: part.count)
        }
        end += part.count
      }
    }
    removeLast(count - end)
  }
}
