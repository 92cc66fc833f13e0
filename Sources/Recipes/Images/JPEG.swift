/// JPEG files: what their header tells, before a decoder is asked.
struct JPEG {
  let width: Int
  let height: Int
  /// The number of components: 1 for grey, 3 for colour.
  let channels: Int
  let orientation: Orientation

  /// The picture in the bytes of a file, `[H, W, 3]` or `[H, W, 1]`, upright.
  static func picture(in file: [UInt8], atLeast shorterSide: Int?) throws(ImageError) -> Image {
    let header = try JPEG(file)
    #if canImport(ImageIO)
      return try SystemDecoder.samples(file, format: "JPEG").upright(from: header.orientation).image
    #else
      let scale = header.scale(atLeast: shorterSide)
      return try TurboJPEG.samples(file, header, scale: scale).upright(from: header.orientation).image
    #endif
  }

  /// Reads the segments up to the first scan.
  init(_ file: [UInt8]) throws(ImageError) {
    let reader = ByteReader(file[...])
    var frame: (width: Int, height: Int, channels: Int)?
    var orientation: Orientation?
    var adobeTransform: Int?
    var place = 2
    scan: while true {
      guard let start = reader.uint8(at: place), var marker = reader.uint8(at: place + 1) else {
        throw JPEG.cutOff
      }
      guard start == 0xFF else {
        throw .damaged(format: "JPEG", reason: "there is no marker where one should be")
      }
      while marker == 0xFF {
        place += 1
        guard let next = reader.uint8(at: place + 1) else { throw JPEG.cutOff }
        marker = next
      }
      place += 2
      switch marker {
      case 0x01, 0xD0...0xD8: continue
      case 0xD9, 0xDA: break scan
      default: break
      }
      guard let length = reader.uint16(at: place) else { throw JPEG.cutOff }
      guard length >= 2 else { throw .damaged(format: "JPEG", reason: "a segment has \(length) bytes") }
      guard let content = reader.part(at: place + 2, count: length - 2) else { throw JPEG.cutOff }
      let segment = ByteReader(content)
      switch marker {
      case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
        guard let height = segment.uint16(at: 1), let width = segment.uint16(at: 3),
          let channels = segment.uint8(at: 5)
        else { throw .damaged(format: "JPEG", reason: "its frame header is too short") }
        frame = frame ?? (width, height, channels)
      case 0xE1 where content.starts(with: Array("Exif\0\0".utf8)):
        orientation = orientation ?? Orientation(exif: content.dropFirst(6))
      case 0xEE where content.starts(with: Array("Adobe".utf8)):
        adobeTransform = segment.uint8(at: 11)
      default: break
      }
      place += length
    }
    guard let frame else {
      throw .damaged(format: "JPEG", reason: "no frame header comes before its first scan")
    }
    guard frame.channels != 4 else { throw .inks(model: adobeTransform == 2 ? "YCCK" : "CMYK") }
    guard frame.channels == 1 || frame.channels == 3 else {
      throw .damaged(format: "JPEG", reason: "it has \(frame.channels) components where 1 or 3 are usual")
    }
    try Image.checkSize(width: frame.width, height: frame.height)
    (width, height, channels) = frame
    self.orientation = orientation ?? .upright
  }

  private static let cutOff = ImageError.damaged(format: "JPEG", reason: "it ends within its header")

  /// In eighths, the smallest scale of 1, 2, 4 and 8 at which the shorter side is long enough. The decoder does the
  /// others without vector instructions.
  func scale(atLeast shorterSide: Int?) -> Int {
    guard let shorterSide else { return 8 }
    return [1, 2, 4].first { JPEG.scaled(min(width, height), by: $0) >= shorterSide } ?? 8
  }

  /// A side in a picture of so many eighths.
  static func scaled(_ side: Int, by scale: Int) -> Int { (side * scale + 7) / 8 }
}
