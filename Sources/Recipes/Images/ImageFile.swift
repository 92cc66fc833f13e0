import Foundation

extension Image {
  /// The most pixels that a picture may have; one that claims more is refused before memory is asked for. It
  /// is the number at which Pillow refuses a picture, too.
  public static let largestPixelCount = 178_956_970

  /// The most values of a whole picture in memory: as numbers of 32 bits they take 1 GiB.
  static let largestValueCount = 1 << 28

  /// The whole picture in a file of one of the ``formats``, `[H, W, channels]`, upright: the EXIF orientation
  /// is applied, or that of XMP where there is no other.
  ///
  /// Gray is repeated for three channels, and colors become gray for one, by the luma of
  /// ``convertToGrayscale()``. Other numbers of channels are those of a file with transparency: 4 for color,
  /// 2 for gray. If fewer are asked for, transparency is left out, and pixels keep the colors that they have
  /// in the file. Values are those of the file divided by the largest possible; 16 bits of a PNG are rounded
  /// to 8. Color profiles and gamma are ignored.
  ///
  /// - Parameters:
  ///   - file: The file, whatever its name: its first bytes tell the format.
  ///   - channels: The number of channels of the picture.
  public init(file: URL, channels: Int = 3) throws(ImageError) {
    try self.init(encoded: FileBytes.all(of: file), channels: channels)
  }

  /// The whole picture in the bytes of a file; see ``init(file:channels:)``.
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

  /// The picture in a file as a dataset keeps it that is cached with the same shorter side, and as a network
  /// sees it: reduced, if it is larger, so that its shorter side has so many pixels, in 8 bits a value.
  ///
  /// Of a picture that is more than 8 times as long as it is wide only the middle is kept, and at most
  /// 16,777,216 pixels. A large JPEG is decoded to a half, a quarter or an eighth of its size, if twice the
  /// shorter side is left, which is faster and takes less memory.
  public init(file: URL, channels: Int = 3, shorterSide: Int) throws(ImageError) {
    self = try Preparation(shorterSide: shorterSide).image(of: file, channels: channels)
  }

  /// Checks the size that a header tells, before anything is made of that size.
  static func checkSize(width: Int, height: Int) throws(ImageError) {
    guard width > 0, height > 0 else { throw .noPixels(width: width, height: height) }
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, pixels <= largestPixelCount else { throw .tooLarge(width: width, height: height) }
  }

  /// The picture with another number of channels, by the rules of ``init(file:channels:)``.
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

  /// The image of some of the channels.
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
