import Foundation

/// A picture in the bytes of a file, before it is decoded: its header makes sense, and its bytes can hold what the
/// header says.
enum EncodedPicture {
  case jpeg(JPEG)
  case png(PNGFile)
  case netpbm(Netpbm)

  init(_ file: consuming [UInt8]) throws(ImageError) {
    self =
      switch try ImageFormat.of(file) {
      case .jpeg: .jpeg(try JPEG(file))
      case .png: .png(try PNGFile(file))
      case .netpbm: .netpbm(try Netpbm(file))
      }
  }

  /// The number of pixels in a row.
  var width: Int {
    switch self {
    case .jpeg(let jpeg): jpeg.header.width
    case .png(let png): png.header.width
    case .netpbm(let netpbm): netpbm.width
    }
  }

  /// The number of rows.
  var height: Int {
    switch self {
    case .jpeg(let jpeg): jpeg.header.height
    case .png(let png): png.header.height
    case .netpbm(let netpbm): netpbm.height
    }
  }

  /// The most channels that it has when it is decoded.
  var channels: Int {
    switch self {
    case .jpeg(let jpeg): jpeg.header.channels
    case .png(let png): png.header.channels
    case .netpbm(let netpbm): netpbm.channels
    }
  }

  /// The picture upright, with the channels that it has in the file.
  ///
  /// - Parameter shorterSide: If not nil, a larger JPEG may be decoded to an eighth, a quarter or half of its size, as
  ///   long as the shorter side has at least so many pixels.
  func decoded(atLeast shorterSide: Int? = nil) throws(ImageError) -> any PixelRows {
    switch self {
    case .jpeg(let jpeg): try jpeg.decoded(atLeast: shorterSide)
    case .png(let png): try png.decoded()
    case .netpbm(let netpbm): netpbm
    }
  }
}

extension Image {
  /// The bytes that decoding a file takes at its peak, besides the picture that comes of it; nil if its header cannot
  /// be read, or claims what the file cannot hold. Only the header is read.
  ///
  /// - Parameter shorterSide: The shorter side that pictures are reduced to, if they are.
  static func decodingBytes(of file: URL, shorterSide: Int? = nil) -> Int? {
    // A JPEG's header may follow long descriptions.
    for length in [1 << 14, 1 << 18, 1 << 24] {
      guard let (start, size) = try? FileBytes.start(of: file, count: length) else { return nil }
      if let bytes = try? decodingBytes(start, fileSize: size, shorterSide) { return size + bytes }
      if length >= size { return nil }
    }
    return nil
  }

  private static func decodingBytes(
    _ start: [UInt8], fileSize: Int, _ shorterSide: Int?
  ) throws(ImageError) -> Int {
    switch try ImageFormat.of(start) {
    case .jpeg:
      let header = try JPEGHeader(start)
      try header.check(fits: fileSize)
      let side = Preparation(shorterSide: shorterSide)
        .decodedSide(width: header.width, height: header.height)
      return header.decodingBytes(scale: header.scale(atLeast: side))
    case .png:
      let header = try PNGHeader(start)
      try header.check(fits: fileSize)
      return header.decodingBytes
    case .netpbm:
      let header = try NetpbmHeader(start)
      try header.check(fits: fileSize)
      return 0  // rows are read where they lie
    }
  }
}
