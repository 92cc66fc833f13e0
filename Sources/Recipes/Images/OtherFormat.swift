/// A recognized but unsupported format: its first bytes, its name, and the format to convert to.
struct OtherFormat {
  private let parts: [(offset: Int, text: String)]
  private let name: String
  private let target: String

  private init(_ parts: [(Int, String)], _ name: String, _ target: String = "PNG") {
    self.parts = parts.map { (offset: $0.0, text: $0.1) }
    (self.name, self.target) = (name, target)
  }

  /// Returns the error for a file of such a format; nil for any other.
  static func refusal(of file: [UInt8]) -> ImageError? {
    if let other = all.first(where: { $0.matches(file) }) {
      return .unsupported(format: other.name, convertTo: other.target)
    }
    return beginsAsMarkup(file)
      ? .unsupported(format: "HTML or XML text", convertTo: "JPEG or PNG") : nil
  }

  private func matches(_ file: [UInt8]) -> Bool {
    parts.allSatisfy {
      file.dropFirst($0.offset).starts(with: $0.text.unicodeScalars.map { UInt8($0.value) })
    }
  }

  private static let all =
    [
      OtherFormat([(0, "GIF8")], "a GIF picture"),
      OtherFormat([(0, "RIFF"), (8, "WEBP")], "a WebP picture"),
      OtherFormat([(0, "II*\0")], "a TIFF picture"), OtherFormat([(0, "MM\0*")], "a TIFF picture"),
      OtherFormat([(0, "II+\0")], "a BigTIFF picture"), OtherFormat([(0, "MM\0+")], "a BigTIFF picture"),
      OtherFormat([(4, "ftypavi")], "an AVIF picture"),
      OtherFormat([(4, "jP  \r\n")], "a JPEG 2000 picture"),
      OtherFormat([(0, "\u{FF}\u{4F}\u{FF}\u{51}")], "a JPEG 2000 picture"),
      OtherFormat([(0, "\u{FF}\u{0A}")], "a JPEG XL picture"),
      OtherFormat([(4, "JXL \r\n")], "a JPEG XL picture"),
      OtherFormat([(0, "%PDF")], "a PDF document"),
      OtherFormat([(128, "DICM")], "a DICOM file", "PNG, with the window that it is to be seen in"),
      OtherFormat(
        [(0, "version https://git-lfs")], "a pointer of Git LFS", "the picture itself by git lfs pull"),
    ]
    + ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map {
      OtherFormat([(4, "ftyp" + $0)], "a HEIC picture", "JPEG or PNG")
    }
    + ["P1", "P2", "P3", "P4", "P7", "Pf", "PF"].map {
      OtherFormat([(0, $0 + "\n")], "a Netpbm picture of the kind \($0)", "binary PPM or PGM (P6 or P5)")
    }

  private static func beginsAsMarkup(_ file: [UInt8]) -> Bool {
    let text = file.prefix(256).drop { $0 <= 32 || [0xEF, 0xBB, 0xBF].contains($0) }
    let start = String(decoding: text.prefix(16), as: UTF8.self).lowercased()
    return ["<!doctype", "<html", "<head", "<body", "<?xml", "<svg"].contains { start.hasPrefix($0) }
  }
}
