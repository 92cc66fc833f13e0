import Foundation

/// A small picture, encoded for a page.
public struct Thumbnail: Codable, Sendable, Equatable {
  /// The media type, such as `image/png`.
  public let type: String
  public let bytes: Data
  /// The size in pixels.
  public let width: Int
  public let height: Int

  /// Encodes an image reduced to a longer side of at most `side` pixels.
  ///
  /// - Throws: `UnsupportedChannels` for an image that is neither gray nor in color.
  public init(_ image: Image, side: Int) throws(UnsupportedChannels) {
    let longer = max(image.width, image.height)
    let scale = min(1, Double(side) / Double(max(longer, 1)))
    let image = image.resized(
      height: max(1, Int((Double(image.height) * scale).rounded())),
      width: max(1, Int((Double(image.width) * scale).rounded())))
    type = "image/png"
    bytes = try image.png()
    (width, height) = (image.width, image.height)
  }

  /// An `img` element with the picture in it.
  public func img(alt: String) -> Markup {
    .tag(
      "img",
      [
        "src": "data:\(type);base64,\(bytes.base64EncodedString())", "width": "\(width)",
        "height": "\(height)",
        "alt": alt,
      ])
  }
}
