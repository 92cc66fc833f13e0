/// A picture in memory: `pixels` holds `[height, width, channels]` values, row by row, each in [0, 1].
public struct Image: Sendable, Equatable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The number of values of a pixel: 1 for gray, 3 for red, green and blue.
  public let channels: Int
  /// The values, row by row, pixel by pixel, channel by channel.
  public var pixels: [Float]

  /// An image of the given pixels, `[height, width, channels]`.
  public init(width: Int, height: Int, channels: Int = 3, pixels: [Float]) {
    contract(
      Image.count(width: width, height: height, channels: channels) == pixels.count,
      "An image of \(height)x\(width)x\(channels) does not have \(pixels.count) values.")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// An image of one value.
  public init(width: Int, height: Int, channels: Int = 3, filledWith value: Float = 0) {
    self.init(
      width: width, height: height, channels: channels,
      pixels: [Float](
        repeating: value, count: Image.count(width: width, height: height, channels: channels)))
  }

  // How many values an image has. Sizes that no image can have end the program.
  private static func count(width: Int, height: Int, channels: Int) -> Int {
    let shape: Shape = [height, width, channels]
    contract(
      shape.dimensions.allSatisfy { $0 >= 0 } && shape.count <= Shape.largestCount,
      "There is no image of \(height)x\(width)x\(channels).")
    return shape.count
  }
}
