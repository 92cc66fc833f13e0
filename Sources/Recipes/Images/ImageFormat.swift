import Foundation

extension Image {
  /// The supported formats, in the order of messages.
  static let decoders: [any ImageDecoder.Type] = [JPEG.self, PNGFile.self, Netpbm.self, BMP.self]

  /// The names of the supported formats, such as `JPEG`.
  public static let formats: [String] = decoders.flatMap { $0.names }

  /// The file extensions of images, for searching folders. Decoding does not depend on a file's name.
  public static let fileExtensions: [String] = decoders.flatMap { $0.fileExtensions }

  /// Returns whether a file name or path has the extension of an image, in any case.
  ///
  /// - Parameter name: The file name or path.
  public static func isPicture(named name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return fileExtensions.contains(name[name.index(after: dot)...].lowercased())
  }

  /// Returns the undecoded image in the bytes of a file.
  static func encoded(_ file: consuming [UInt8]) throws(ImageError) -> any ImageDecoder {
    let decoder = try decoder(of: file)
    return try decoder.init(file)
  }

  /// Returns the peak memory of decoding a file in bytes, without the resulting image; nil if its header
  /// cannot be read, or claims more than the file can contain. Only the header is read.
  ///
  /// - Parameter shorterSide: The shorter side to which images are reduced, if any.
  static func decodingBytes(of file: URL, shorterSide: Int? = nil) -> Int? {
    // A JPEG's frame header may follow long metadata.
    for length in [1 << 14, 1 << 18, 1 << 24] {
      guard let (start, size) = try? FileBytes.start(of: file, count: length) else { return nil }
      let decoding = try? decoder(of: start)
        .decodingBytes(of: start, fileSize: size, shorterSide: shorterSide)
      if let decoding { return size + decoding }
      if length >= size { return nil }
    }
    return nil
  }

  /// Returns the decoder of a file, by its first bytes.
  private static func decoder(of file: [UInt8]) throws(ImageError) -> any ImageDecoder.Type {
    guard !file.isEmpty else { throw .empty }
    if let decoder = decoders.first(where: { $0.matches(file) }) { return decoder }
    if let refusal = OtherFormat.refusal(of: file) { throw refusal }
    throw .unknown(firstBytes: Array(file.prefix(8)))
  }
}
