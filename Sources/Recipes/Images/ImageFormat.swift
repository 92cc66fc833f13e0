/// The format of a picture, as its first bytes tell it.
enum ImageFormat {
  case jpeg, png, netpbm

  static func of(_ bytes: [UInt8]) throws(ImageError) -> ImageFormat {
    guard !bytes.isEmpty else { throw .empty }
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if bytes.starts(with: PNGFile.signature) { return .png }
    if bytes.starts(with: Array("P5".utf8)) || bytes.starts(with: Array("P6".utf8)) { return .netpbm }
    if let other = others.first(where: { $0.matches(bytes) }) {
      throw .unsupported(format: other.name, convertTo: other.target)
    }
    if beginsAsMarkup(bytes) { throw .unsupported(format: "HTML or XML text", convertTo: "JPEG or PNG") }
    throw .unknown(firstBytes: Array(bytes.prefix(8)))
  }

  /// A format that is not read: how it begins, its name in a sentence, and what to convert it to.
  private struct Other {
    let parts: [(offset: Int, text: String)]
    let name: String
    let target: String

    init(_ parts: [(Int, String)], _ name: String, _ target: String = "PNG") {
      self.parts = parts.map { (offset: $0.0, text: $0.1) }
      (self.name, self.target) = (name, target)
    }

    func matches(_ bytes: [UInt8]) -> Bool {
      parts.allSatisfy {
        bytes.dropFirst($0.offset).starts(with: $0.text.unicodeScalars.map { UInt8($0.value) })
      }
    }
  }

  private static let others =
    [
      Other([(0, "GIF8")], "a GIF picture"),
      Other([(0, "RIFF"), (8, "WEBP")], "a WebP picture"),
      Other([(0, "II*\0")], "a TIFF picture"), Other([(0, "MM\0*")], "a TIFF picture"),
      Other([(0, "II+\0")], "a BigTIFF picture"), Other([(0, "MM\0+")], "a BigTIFF picture"),
      Other([(0, "BM"), (6, "\0\0\0\0")], "a BMP picture"),
      Other([(4, "ftypavi")], "an AVIF picture"),
      Other([(4, "jP  \r\n")], "a JPEG 2000 picture"),
      Other([(0, "\u{FF}\u{4F}\u{FF}\u{51}")], "a JPEG 2000 picture"),
      Other([(0, "\u{FF}\u{0A}")], "a JPEG XL picture"), Other([(4, "JXL \r\n")], "a JPEG XL picture"),
      Other([(0, "%PDF")], "a PDF document"),
      Other([(128, "DICM")], "a DICOM file", "PNG, with the window that it is to be seen in"),
      Other([(0, "version https://git-lfs")], "a pointer of Git LFS", "the picture itself by git lfs pull"),
    ]
    + ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map {
      Other([(4, "ftyp" + $0)], "a HEIC picture", "JPEG or PNG")
    }
    + ["P1", "P2", "P3", "P4", "P7", "Pf", "PF"].map {
      Other([(0, $0 + "\n")], "a Netpbm picture of the kind \($0)", "binary PPM or PGM (P6 or P5)")
    }

  private static func beginsAsMarkup(_ bytes: [UInt8]) -> Bool {
    let text = bytes.prefix(256).drop { $0 <= 32 || [0xEF, 0xBB, 0xBF].contains($0) }
    let start = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
    return ["<!doctype", "<html", "<head", "<body", "<?xml", "<svg"].contains { start.hasPrefix($0) }
  }
}
