import Foundation

extension Image {
  /// The formats that are read, in the order in which sentences list them.
  static let decoders: [any ImageDecoder.Type] = [JPEG.self, PNGFile.self, Netpbm.self, BMP.self]

  /// What the formats that are read are called, such as `JPEG`.
  public static let formats: [String] = decoders.flatMap { $0.names }

  /// What the names of pictures end in, for programs that look through folders. What a file is decoded as
  /// does not depend on its name.
  public static let fileExtensions: [String] = decoders.flatMap { $0.fileExtensions }

  /// Whether a file's name or path ends as those of pictures do, in capitals or not.
  public static func isPicture(named name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return fileExtensions.contains(name[name.index(after: dot)...].lowercased())
  }

  /// The picture in the bytes of a file, before it is decoded.
  static func encoded(_ file: consuming [UInt8]) throws(ImageError) -> any ImageDecoder {
    let decoder = try decoder(of: file)
    return try decoder.init(file)
  }

  /// The bytes that decoding a file takes at its peak, besides the picture that comes of it; nil if its
  /// header cannot be read, or claims what the file cannot hold. Only the header is read.
  ///
  /// - Parameter shorterSide: The shorter side that pictures are reduced to, if they are.
  static func decodingBytes(of file: URL, shorterSide: Int? = nil) -> Int? {
    // A JPEG's header may follow long descriptions.
    for length in [1 << 14, 1 << 18, 1 << 24] {
      guard let (start, size) = try? FileBytes.start(of: file, count: length) else { return nil }
      let decoding = try? decoder(of: start)
        .decodingBytes(of: start, fileSize: size, shorterSide: shorterSide)
      if let decoding { return size + decoding }
      if length >= size { return nil }
    }
    return nil
  }

  /// The decoder of a file, as its first bytes tell it.
  private static func decoder(of file: [UInt8]) throws(ImageError) -> any ImageDecoder.Type {
    guard !file.isEmpty else { throw .empty }
    if let decoder = decoders.first(where: { $0.matches(file) }) { return decoder }
    if let refusal = OtherFormat.refusal(of: file) { throw refusal }
    throw .unknown(firstBytes: Array(file.prefix(8)))
  }
}
