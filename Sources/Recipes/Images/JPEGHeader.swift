/// The header of a JPEG file, up to the first scan (ITU-T T.81).
struct JPEGHeader {
  let width: Int
  let height: Int
  /// The number of components: 1 for gray, 3 for color.
  let channels: Int
  let orientation: Orientation
  /// Whether scans are sequential: each contains all coefficients of its blocks.
  let isSequential: Bool
  /// The number of blocks of 8 by 8 values, over all components.
  private let blocks: Int
  /// Whether decoders buffer the coefficients of the whole image until the last scan.
  private let isBuffered: Bool

  /// Reads the segments up to the first scan.
  init(_ file: [UInt8]) throws(ImageError) {
    var segments = JPEGSegments(file)
    var frame: Frame?
    var exif: Orientation?
    var xmp: ArraySlice<UInt8>?
    var adobeTransform: Int?
    var components = 0
    scan: while true {
      let segment = try segments.next()
      let content = ByteReader(file[segment.content])
      switch segment.marker {
      case 0xD9: break scan
      case 0xDA:
        components = content.uint8(at: 0) ?? 0
        break scan
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard let new = Frame(segment.marker, content) else {
          throw .damaged(format: "JPEG", reason: "its frame header is too short")
        }
        try Image.checkSize(width: new.width, height: new.height)
        frame = frame ?? new
      case 0xE1:
        if let tiff = content.bytes.dropping("Exif\0\0") {
          exif = exif ?? Orientation(exif: tiff)
        } else if let packet = content.bytes.dropping("http://ns.adobe.com/xap/1.0/\0") {
          xmp = xmp ?? packet
        }
      case 0xEE where content.bytes.dropping("Adobe") != nil:
        adobeTransform = content.uint8(at: 11)
      default: break
      }
    }
    guard let frame else {
      throw .damaged(format: "JPEG", reason: "no frame header comes before its first scan")
    }
    let count = frame.components.count
    guard count != 4 else { throw .inks(model: adobeTransform == 2 ? "YCCK" : "CMYK") }
    guard count == 1 || count == 3 else {
      throw .damaged(format: "JPEG", reason: "it has \(count) components where 1 or 3 are usual")
    }
    (width, height, channels) = (frame.width, frame.height, count)
    blocks = frame.blocks
    isSequential = [0xC0, 0xC1, 0xC9].contains(frame.marker)
    isBuffered = ![0xC0, 0xC1, 0xC3, 0xC9].contains(frame.marker) || components < count
    orientation = exif ?? xmp.flatMap(Orientation.init(xmp:)) ?? .upright
  }

  /// Checks that the file is large enough: every block takes at least a bit.
  func check(fits bytes: Int) throws(ImageError) {
    guard blocks <= 8 * bytes else {
      throw .impossible("JPEG", width: width, height: height, bytes: bytes)
    }
  }

  /// Returns the smallest scale in eighths, of 1, 2, 4 and 8, with a sufficient shorter side. The decoder has
  /// no vector code for other scales.
  func scale(atLeast shorterSide: Int?) -> Int {
    #if canImport(ImageIO)
      return 8
    #else
      guard let shorterSide else { return 8 }
      return [1, 2, 4].first { JPEGHeader.scaled(min(width, height), by: $0) >= shorterSide } ?? 8
    #endif
  }

  /// Returns the memory for decoding at a scale in eighths, without the file: the result, buffered
  /// coefficients, and lines.
  func decodingBytes(scale: Int) -> Int {
    let result = JPEGHeader.scaled(width, by: scale) * JPEGHeader.scaled(height, by: scale) * channels
    let coefficients = isBuffered ? blocks * 64 * MemoryLayout<Int16>.size : 0
    let lines = 64 * channels * (width + 1024)
    return result + coefficients + lines
  }

  /// Returns a side of the image at a scale in eighths.
  static func scaled(_ side: Int, by scale: Int) -> Int { (side * scale + 7) / 8 }
}

/// A frame header.
private struct Frame {
  let marker: UInt8
  let width: Int
  let height: Int
  /// The sampling factors of each component.
  let components: [(across: Int, down: Int)]

  init?(_ marker: UInt8, _ content: ByteReader) {
    guard let height = content.uint16(at: 1), let width = content.uint16(at: 3),
      let count = content.uint8(at: 5)
    else { return nil }
    self.marker = marker
    (self.width, self.height) = (width, height)
    var components: [(across: Int, down: Int)] = []
    for component in 0..<count {
      guard let factors = content.uint8(at: 7 + 3 * component) else { return nil }
      components.append((max(factors >> 4, 1), max(factors & 15, 1)))
    }
    self.components = components
  }

  /// The number of blocks over all components.
  var blocks: Int {
    let across = 8 * (components.map(\.across).max() ?? 1)
    let down = 8 * (components.map(\.down).max() ?? 1)
    func count(_ side: Int, _ unit: Int) -> Int { (side + unit - 1) / unit }
    return components.reduce(0) {
      $0 + count(width * $1.across, across) * count(height * $1.down, down)
    }
  }
}
