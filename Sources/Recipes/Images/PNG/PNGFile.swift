/// A PNG file, parsed into chunks before decoding (https://www.w3.org/TR/png-3).
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let header: PNGHeader
  let orientation: Orientation
  /// The file without ancillary chunks. These include gamma and color profiles: values are used as stored, as
  /// other readers of training images do.
  let essential: [UInt8]

  init(_ file: consuming [UInt8]) throws(ImageError) {
    var bytes = consume file
    let chunks = try PNGFile.chunks(of: bytes)
    header = try PNGHeader(bytes)
    try header.check(
      fits: chunks.reduce(0) { $0 + ($1.name == "IDAT" ? $1.content.count : 0) })
    orientation = try PNGFile.orientation(of: chunks, in: bytes)
    let kept = chunks.filter { $0.isCritical || $0.name == "tRNS" }.map(\.whole)
    bytes.keepOnly([0..<PNGFile.signature.count] + kept)
    essential = bytes
  }

  private struct Chunk {
    let name: String
    let content: Range<Int>
    /// The length, the name, the content and the checksum.
    var whole: Range<Int> { (content.lowerBound - 8)..<(content.upperBound + 4) }
    var isCritical: Bool { name.utf8.first.map { $0 & 0x20 == 0 } ?? false }
  }

  /// Returns the chunks up to the one that ends the file.
  private static func chunks(of file: [UInt8]) throws(ImageError) -> [Chunk] {
    let reader = ByteReader(file[...])
    var chunks: [Chunk] = []
    var place = signature.count
    while chunks.last?.name != "IEND" {
      guard let length = reader.uint32(at: place), let name = reader.part(at: place + 4, count: 4),
        reader.part(at: place + 8, count: length + 4) != nil
      else {
        // Too large a size is reported for a truncated file, too.
        if !chunks.isEmpty { _ = try PNGHeader(file) }
        throw .damaged(format: "PNG", reason: "it ends before its last chunk")
      }
      chunks.append(
        Chunk(
          name: String(decoding: name, as: UTF8.self), content: (place + 8)..<(place + 8 + length)))
      place += length + 12
    }
    return chunks
  }

  /// Returns the orientation in EXIF metadata, in a chunk or in a text as ImageMagick and others write it, or
  /// else in XMP.
  private static func orientation(of chunks: [Chunk], in file: [UInt8]) throws(ImageError) -> Orientation {
    var (text, xmp) = (nil as Orientation?, nil as ArraySlice<UInt8>?)
    if let exif = chunks.first(where: { $0.name == "eXIf" }),
      let orientation = Orientation(exif: file[exif.content])
    {
      return orientation
    }
    for chunk in chunks where ["tEXt", "zTXt", "iTXt"].contains(chunk.name) {
      guard let note = PNGText(chunk.name, file[chunk.content]) else { continue }
      switch note.keyword {
      case "Raw profile type exif", "Raw profile type APP1":
        guard text == nil else { continue }
        let profile = PNGText.rawProfile(try note.text())[...]
        text = Orientation(exif: profile.dropping("Exif\0\0") ?? profile)
      case "XML:com.adobe.xmp":
        guard xmp == nil else { continue }
        xmp = try note.text()[...]
      default: continue
      }
    }
    return text ?? xmp.flatMap(Orientation.init(xmp:)) ?? .upright
  }
}

extension PNGFile: ImageDecoder {
  static let names = ["PNG"]
  static let fileExtensions = ["png"]

  static func matches(_ file: [UInt8]) -> Bool { file.starts(with: signature) }

  static func decodingBytes(
    of start: [UInt8], fileSize: Int, shorterSide: Int?
  ) throws(ImageError) -> Int {
    let header = try PNGHeader(start)
    try header.check(fits: fileSize)
    return header.decodingBytes
  }

  var width: Int { header.width }
  var height: Int { header.height }
  var channels: Int { header.channels }

  /// Returns the upright image, with the file's channels: 1 for gray, 2 with transparency, 3 for color, 4
  /// with transparency.
  func decoded(atLeast shorterSide: Int?) throws(ImageError) -> any PixelRows {
    #if canImport(ImageIO)
      UprightImage(try SystemDecoder.samples(essential, format: "PNG"), orientation)
    #else
      UprightImage(try LibPNG.samples(self), orientation)
    #endif
  }
}
