/// What the header of a JPEG file tells, up to the first scan (ITU-T T.81).
struct JPEGHeader {
  let width: Int
  let height: Int
  /// The number of components: 1 for gray, 3 for color.
  let channels: Int
  let orientation: Orientation
  /// Whether scans are sequential: each has all coefficients of its blocks.
  let isSequential: Bool
  /// The blocks of 8 by 8 values, of all components.
  private let blocks: Int
  /// Whether the coefficients of the whole picture are kept until the last scan has been read.
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

  /// Every block takes at least a bit.
  func check(fits bytes: Int) throws(ImageError) {
    guard blocks <= 8 * bytes else {
      throw .impossible("JPEG", width: width, height: height, bytes: bytes)
    }
  }

  /// In eighths, the smallest scale of 1, 2, 4 and 8 at which the shorter side is long enough. The decoder
  /// does the others without vector instructions.
  func scale(atLeast shorterSide: Int?) -> Int {
    #if canImport(ImageIO)
      return 8
    #else
      guard let shorterSide else { return 8 }
      return [1, 2, 4].first { JPEGHeader.scaled(min(width, height), by: $0) >= shorterSide } ?? 8
    #endif
  }

  /// The memory for decoding to so many eighths, without the file's bytes: the result, what is buffered, and
  /// lines.
  func decodingBytes(scale: Int) -> Int {
    let result = JPEGHeader.scaled(width, by: scale) * JPEGHeader.scaled(height, by: scale) * channels
    let coefficients = isBuffered ? blocks * 64 * MemoryLayout<Int16>.size : 0
    let lines = 64 * channels * (width + 1024)
    return result + coefficients + lines
  }

  /// A side in a picture of so many eighths.
  static func scaled(_ side: Int, by scale: Int) -> Int { (side * scale + 7) / 8 }
}

/// A frame header.
private struct Frame {
  let marker: UInt8
  let width: Int
  let height: Int
  /// How often each component is sampled across and down.
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

  /// The blocks of all components.
  var blocks: Int {
    let across = 8 * (components.map(\.across).max() ?? 1)
    let down = 8 * (components.map(\.down).max() ?? 1)
    func count(_ side: Int, _ unit: Int) -> Int { (side + unit - 1) / unit }
    return components.reduce(0) {
      $0 + count(width * $1.across, across) * count(height * $1.down, down)
    }
  }
}
