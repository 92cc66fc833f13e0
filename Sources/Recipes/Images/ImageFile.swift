import Foundation

extension Image {
  /// The largest number of pixels of an image; more are rejected before memory is allocated. Pillow has the
  /// same limit.
  public static let largestPixelCount = 178_956_970

  /// The largest number of values of a whole image in memory: 1 GiB as 32-bit numbers.
  static let largestValueCount = 1 << 28

  /// Reads the whole image in a file of one of the ``formats``, `[H, W, channels]`, in upright orientation by
  /// EXIF or, without EXIF, by XMP.
  ///
  /// Gray is repeated for three channels, and colors are converted to gray for one, by the luma of
  /// ``convertToGrayscale()``. Files with transparency have 4 channels for color, 2 for gray; if fewer are
  /// requested, transparency is dropped and pixels keep their stored colors. Values are divided by the
  /// largest possible one; 16-bit PNGs are rounded to 8 bits. Color profiles and gamma are ignored.
  ///
  /// - Parameters:
  ///   - file: The file; its format is detected by its first bytes, not its name.
  ///   - channels: The number of channels of the image.
  /// - Throws: ``ImageError``.
  public init(file: URL, channels: Int = 3) throws(ImageError) {
    try self.init(encoded: FileBytes.all(of: file), channels: channels)
  }

  /// Reads the whole image in the bytes of a file; see ``init(file:channels:)``.
  ///
  /// - Parameters:
  ///   - bytes: The contents of the file.
  ///   - channels: The number of channels of the image.
  /// - Throws: ``ImageError``.
  public init(encoded bytes: consuming [UInt8], channels: Int = 3) throws(ImageError) {
    let encoded = try Image.encoded(bytes)
    guard encoded.width * encoded.height <= Image.largestValueCount / max(channels, encoded.channels)
    else {
      throw .tooLargeAsAWhole(width: encoded.width, height: encoded.height)
    }
    let rows = try encoded.decoded(atLeast: nil)
    let bounds = PixelBox(top: 0, left: 0, height: rows.height, width: rows.width)
    self = try rows.reduced(bounds, height: rows.height, width: rows.width).withChannels(channels)
  }

  /// Reads an image as a dataset with a cache of the same shorter side does, and as a network sees it:
  /// reduced, if larger, to this shorter side, with 8 bits per value.
  ///
  /// Of an image more than 8 times as long as it is wide, only the middle is kept, and at most 16,777,216
  /// pixels. A large JPEG is decoded at a half, a quarter or an eighth of its size, if that leaves twice the
  /// shorter side, which is faster and takes less memory.
  ///
  /// - Parameters:
  ///   - file: The file; its format is detected by its first bytes.
  ///   - channels: The number of values per pixel: 1 for gray, 3 for red, green and blue.
  ///   - shorterSide: The shorter side in pixels; a smaller image keeps its size.
  /// - Throws: ``ImageError``.
  public init(file: URL, channels: Int = 3, shorterSide: Int) throws(ImageError) {
    self = try Preparation(shorterSide: shorterSide).image(of: file, channels: channels)
  }

  /// Checks the size in a header, before anything of that size is allocated.
  static func checkSize(width: Int, height: Int) throws(ImageError) {
    guard width > 0, height > 0 else { throw .noPixels(width: width, height: height) }
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, pixels <= largestPixelCount else { throw .tooLarge(width: width, height: height) }
  }

  /// Returns the image with another number of channels, by the rules of ``init(file:channels:)``.
  consuming func withChannels(_ wanted: Int) throws(ImageError) -> Image {
    switch (channels, wanted) {
    case (wanted, _): return self
    case (1, 3), (2, 3): return choosing([0, 0, 0])
    case (2, 1): return choosing([0])
    case (4, 3): return choosing([0, 1, 2])
    case (3, 1), (4, 1):
      var gray = channels == 4 ? choosing([0, 1, 2]) : self
      gray.convertToGrayscale()
      return gray.choosing([0])
    default: throw .wrongChannels(asked: wanted, found: channels)
    }
  }

  /// Returns the image of some of the channels.
  private func choosing(_ chosen: [Int]) -> Image {
    let count = width * height * chosen.count
    let values = [Float](unsafeUninitializedCapacity: count) { values, filled in
      for (place, channel) in chosen.enumerated() {
        var source = channel
        for target in stride(from: place, to: count, by: chosen.count) {
          values[target] = pixels[source]
          source += channels
        }
      }
      filled = count
    }
    return Image(width: width, height: height, channels: chosen.count, pixels: values)
  }
}
