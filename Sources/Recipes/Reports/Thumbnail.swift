import Foundation

/// A small picture, encoded for a page.
public struct Thumbnail: Sendable, Equatable {
  /// The media type: `image/jpeg`, or `image/png` where there is no encoder of JPEGs.
  public let type: String
  public let bytes: Data
  /// The size in pixels.
  public let width: Int
  public let height: Int

  /// Encodes an image reduced to a longer side of at most `side` pixels.
  ///
  /// - Parameters:
  ///   - image: The image to reduce.
  ///   - side: The longer side in pixels; a smaller image keeps its size.
  /// - Throws: `UnsupportedChannels` for an image that is neither gray nor in color.
  public init(_ image: Image, side: Int) throws(UnsupportedChannels) {
    let longer = max(image.width, image.height)
    let scale = min(1, Double(side) / Double(max(longer, 1)))
    let image = image.resized(
      height: max(1, Int((Double(image.height) * scale).rounded())),
      width: max(1, Int((Double(image.width) * scale).rounded())))
    try self.init(image)
  }

  /// Encodes an image in its own size.
  ///
  /// - Throws: `UnsupportedChannels` for an image that is neither gray nor in color.
  init(_ image: Image) throws(UnsupportedChannels) {
    guard image.channels == 1 || image.channels == 3 else {
      throw UnsupportedChannels(channels: image.channels)
    }
    (width, height) = (image.width, image.height)
    if let jpeg = Thumbnail.jpeg(EightBitImage(image)) {
      (type, bytes) = ("image/jpeg", Data(jpeg))
    } else {
      (type, bytes) = ("image/png", try image.png())
    }
  }

  private static let quality = 82

  /// Whether this machine has an encoder of JPEGs.
  static let isJPEG = jpeg(EightBitImage(Image(width: 1, height: 1))) != nil

  /// Returns the bytes of a picture in color of that side as text, at most, where it is a PNG.
  static func largestPNG(side: Int) -> Int { 4 * (side * (3 * side + 1) + 1000) / 3 }

  private static func jpeg(_ image: EightBitImage) -> [UInt8]? {
    #if canImport(ImageIO)
      SystemEncoder.bytes(image, quality: quality)
    #else
      TurboJPEGEncoder.bytes(image, quality: quality)
    #endif
  }

  /// The picture as a URL.
  var url: String { "data:\(type);base64,\(bytes.base64EncodedString())" }

  /// An `img` element with the picture in it.
  ///
  /// - Parameter alt: The text in place of the picture.
  public func img(alt: String) -> Markup {
    .tag("img", ["src": url, "width": "\(width)", "height": "\(height)", "alt": alt])
  }
}

extension Thumbnail: Codable {
  /// Reads the bytes of a picture; its type and size are those in the bytes.
  ///
  /// - Parameter decoder: The decoder to read from.
  /// - Throws: `DecodingError` unless they begin like a JPEG or PNG of at most 8,192 pixels a side.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    bytes = try container.decode(Data.self)
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
    do throws(ImageError) {
      let picture = try Image.encoded([UInt8](bytes))
      (width, height) = (picture.width, picture.height)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
    guard bytes.starts(with: png) || bytes.starts(with: [0xFF, 0xD8]),
      max(width, height) <= Thumbnail.largestSide
    else { throw DecodingError.dataCorruptedError(in: container, debugDescription: "no small JPEG or PNG") }
    type = bytes.starts(with: png) ? "image/png" : "image/jpeg"
  }

  /// The longest side of a picture in a file.
  static let largestSide = 8192

  /// Writes the bytes.
  ///
  /// - Parameter encoder: The encoder to write to.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes)
  }
}
