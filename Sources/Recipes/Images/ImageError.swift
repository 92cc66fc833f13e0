/// An error in reading an image file.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case unreadable(file: String, reason: String)
  /// The file is empty.
  case empty
  /// The format is recognized but not supported.
  case unsupported(format: String, convertTo: String)
  /// The format is not recognized.
  case unknown(firstBytes: [UInt8])
  /// The JPEG has four inks, `CMYK` or `YCCK`.
  case inks(model: String)
  /// The image has no width or no height.
  case noPixels(width: Int, height: Int)
  /// The image has more than ``Image/largestPixelCount`` pixels.
  case tooLarge(width: Int, height: Int)
  /// The whole image would take more than 1 GiB of memory.
  case tooLargeAsAWhole(width: Int, height: Int)
  /// The file violates its format, or is truncated.
  case damaged(format: String, reason: String)
  /// The image cannot be converted to the requested number of channels.
  case wrongChannels(asked: Int, found: Int)
  /// The library that decodes the format is missing, or an incompatible version.
  case missingLibrary(file: String, package: String, decodes: String, reason: String)

  /// A sentence: what is wrong, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file) could not be read (\(reason)); check the path and its permissions"
    case .empty:
      "the file is empty; copy or export it again"
    case .unsupported(let format, let target):
      "the file holds \(format), which is not read; convert it to \(target)"
    case .unknown(let bytes):
      "the file is no \(Image.formats.alternatives): it begins with the bytes \(hexadecimal(bytes)); "
        + "convert it to one of them"
    case .inks(let model):
      "the JPEG's colors are \(model), inks for printing, which are not read; convert it to RGB"
    case .noPixels(let width, let height):
      "the picture is \(width) pixels wide and \(height) high; remove it or export it again"
    case .tooLarge(let width, let height):
      "the picture is \(width) pixels wide and \(height) high, more than \(Image.largestPixelCount) pixels in all;"
        + " make it smaller"
    case .tooLargeAsAWhole(let width, let height):
      "the picture is \(width) pixels wide and \(height) high, more than 1 GiB of memory as a whole;"
        + " ask for a shorter side, and it is reduced"
    case .damaged(let format, let reason):
      "the \(format) is damaged (\(reason)); copy or export it again"
    case .wrongChannels(let asked, let found):
      "the picture has \(found) channel\(found == 1 ? "" : "s") where \(asked) are asked for; ask for 1 or 3,"
        + " which every picture can be turned into"
    case .missingLibrary(let file, let package, let decodes, let reason):
      "\(decodes) is decoded by \(file), which cannot be used (\(reason)); install the Debian package \(package)"
    }
  }

  /// Returns the error for a header that claims a size larger than the file can contain.
  static func impossible(_ format: String, width: Int, height: Int, bytes: Int) -> ImageError {
    .damaged(
      format: format, reason: "\(width) by \(height) pixels cannot be in \(bytes) bytes")
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
