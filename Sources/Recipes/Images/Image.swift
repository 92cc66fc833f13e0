/// A picture in memory: `pixels` holds `[height, width, channels]` values, row by row, each in [0, 1].
public struct Image: Sendable, Equatable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The number of values of a pixel: 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// The values, row by row, pixel by pixel, channel by channel.
  public var pixels: [Float]

  /// An image of the given pixels, `[height, width, channels]`.
  public init(width: Int, height: Int, channels: Int = 3, pixels: [Float]) {
    precondition(
      pixels.count == width * height * channels,
      "an image of \(height)x\(width)x\(channels) has \(width * height * channels) values,"
        + " not \(pixels.count)")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// An image of one value.
  public init(width: Int, height: Int, channels: Int = 3, filledWith value: Float = 0) {
    self.init(
      width: width, height: height, channels: channels,
      pixels: [Float](repeating: value, count: width * height * channels))
  }
}
