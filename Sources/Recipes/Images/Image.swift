/// An image in memory: `pixels` has `[height, width, channels]` values in row-major order, each in [0, 1].
public struct Image: Sendable, Equatable {
  /// The number of pixels in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The number of values per pixel: 1 for gray, 3 for red, green and blue.
  public let channels: Int
  /// The values in row-major order, channels last.
  public var pixels: [Float]

  /// Creates an image of the given pixels, `[height, width, channels]`.
  ///
  /// - Parameters:
  ///   - width: The number of pixels in a row.
  ///   - height: The number of rows.
  ///   - channels: The number of values per pixel: 1 for gray, 3 for red, green and blue.
  ///   - pixels: The values in row-major order, channels last.
  public init(width: Int, height: Int, channels: Int = 3, pixels: [Float]) {
    contract(
      Image.count(width: width, height: height, channels: channels) == pixels.count,
      "An image of \(height)x\(width)x\(channels) does not have \(pixels.count) values.")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }

  /// Creates an image filled with one value.
  ///
  /// - Parameters:
  ///   - width: The number of pixels in a row.
  ///   - height: The number of rows.
  ///   - channels: The number of values per pixel: 1 for gray, 3 for red, green and blue.
  ///   - value: The value of every channel of every pixel, from 0 to 1.
  public init(width: Int, height: Int, channels: Int = 3, filledWith value: Float = 0) {
    self.init(
      width: width, height: height, channels: channels,
      pixels: [Float](
        repeating: value, count: Image.count(width: width, height: height, channels: channels)))
  }

  // Returns the number of values of an image. Invalid sizes end the program.
  private static func count(width: Int, height: Int, channels: Int) -> Int {
    let shape: Shape = [height, width, channels]
    contract(
      shape.dimensions.allSatisfy { $0 >= 0 } && shape.count <= Shape.largestCount,
      "There is no image of \(height)x\(width)x\(channels).")
    return shape.count
  }
}
