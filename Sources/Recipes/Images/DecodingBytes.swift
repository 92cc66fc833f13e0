import Foundation

extension Image {
  /// The bytes that decoding a file takes at its peak, besides the picture that comes of it; nil if its header cannot
  /// be read. Only the header is read.
  ///
  /// - Parameter shorterSide: The shorter side that pictures are reduced to, if they are.
  static func decodingBytes(of file: URL, shorterSide: Int? = nil) -> Int? {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: 1 << 18) else { return nil }
    let bytes = [UInt8](data)
    switch try? ImageFormat.of(bytes) {
    case .jpeg:
      guard let jpeg = try? JPEG(bytes) else { return nil }
      let scale = jpeg.scale(atLeast: shorterSide.map { 2 * $0 })
      return JPEG.scaled(jpeg.width, by: scale) * JPEG.scaled(jpeg.height, by: scale) * 3
    case .png:
      let header = ByteReader(bytes[...])
      guard let width = header.uint32(at: 16), let height = header.uint32(at: 20),
        (try? Image.checkSize(width: width, height: height)) != nil
      else { return nil }
      return width * height * 4
    default: return (try? handle.seekToEnd()).map { Int($0) }
    }
  }
}
