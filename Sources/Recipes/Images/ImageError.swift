/// Why there is no picture in a file.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or read.
  case unreadable(file: String, reason: String)
  /// There are no bytes.
  case empty
  /// The bytes are of a format that is known and not read.
  case unsupported(format: String, convertTo: String)
  /// The bytes begin as no known format does.
  case unknown(firstBytes: [UInt8])
  /// The colors of a JPEG are four inks, `CMYK` or `YCCK`.
  case inks(model: String)
  /// The picture has no width or no height.
  case noPixels(width: Int, height: Int)
  /// The picture has more than ``Image/largestPixelCount`` pixels.
  case tooLarge(width: Int, height: Int)
  /// The picture would take more than 1 GiB of memory as a whole.
  case tooLargeAsAWhole(width: Int, height: Int)
  /// The bytes contradict their format, or end too early.
  case damaged(format: String, reason: String)
  /// The picture cannot be made to have as many channels as are asked for.
  case wrongChannels(asked: Int, found: Int)
  /// The library that decodes the format is not installed, or is another than it should be.
  case missingLibrary(file: String, package: String, decodes: String, reason: String)

  /// One sentence: what is wrong, and what to do.
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

  /// The size that a header claims is more than the bytes of the file can hold.
  static func impossible(_ format: String, width: Int, height: Int, bytes: Int) -> ImageError {
    .damaged(
      format: format, reason: "\(width) by \(height) pixels cannot be in \(bytes) bytes")
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}
