/// PNG files: their chunks, before a decoder is asked (https://www.w3.org/TR/png-3).
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let width: Int
  let height: Int
  let orientation: Orientation
  /// The file without chunks that are not needed for its pixels. Gamma and colour profiles are among these: values
  /// are taken as they are stored, as other readers of training pictures do.
  let essential: [UInt8]

  /// The picture in the bytes of a file, upright, with the channels that it has: 1 for grey, 2 with transparency, 3
  /// for colour, 4 with transparency.
  static func picture(in file: [UInt8]) throws(ImageError) -> Image {
    let png = try PNGFile(file)
    #if canImport(ImageIO)
      return try SystemDecoder.samples(png.essential, format: "PNG").upright(from: png.orientation).image
    #else
      return try LibPNG.samples(png).upright(from: png.orientation).image
    #endif
  }

  init(_ file: [UInt8]) throws(ImageError) {
    let reader = ByteReader(file[...])
    let cutOff = ImageError.damaged(format: "PNG", reason: "it ends before its last chunk")
    var essential = PNGFile.signature
    var size: (width: Int, height: Int)?
    var orientation: Orientation?
    var place = PNGFile.signature.count
    while true {
      guard let length = reader.uint32(at: place), let type = reader.part(at: place + 4, count: 4),
        let content = reader.part(at: place + 8, count: length),
        let whole = reader.part(at: place, count: length + 12)
      else { throw cutOff }
      let name = String(decoding: type, as: UTF8.self)
      if size == nil {
        let header = ByteReader(content)
        guard name == "IHDR", let width = header.uint32(at: 0), let height = header.uint32(at: 4) else {
          throw .damaged(format: "PNG", reason: "it does not begin with a header")
        }
        try Image.checkSize(width: width, height: height)
        size = (width, height)
        essential.reserveCapacity(file.count)
      }
      if name == "eXIf" { orientation = orientation ?? Orientation(exif: content) }
      let isCritical = type.first.map { $0 & 0x20 == 0 } ?? false
      if isCritical || name == "tRNS" { essential += whole }
      place += length + 12
      if name == "IEND" { break }
    }
    guard let size else { throw cutOff }
    (width, height) = size
    self.orientation = orientation ?? .upright
    self.essential = essential
  }
}
