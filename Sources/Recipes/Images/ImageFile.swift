import Foundation

extension Image {
  /// What the names of pictures end in, for programs that look through folders. What a file is decoded as does not
  /// depend on its name.
  public static let fileExtensions = ["jpg", "jpeg", "png", "ppm", "pgm", "pnm"]

  /// Whether a file's name or path ends as those of pictures do, in capitals or not.
  public static func isPicture(named name: String) -> Bool {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
    return fileExtensions.contains(name[name.index(after: dot)...].lowercased())
  }

  /// The most pixels that a picture may have; one that claims more is refused before memory is asked for. It is the
  /// number at which Pillow refuses a picture, too.
  public static let largestPixelCount = 178_956_970

  /// The picture in a JPEG, PNG, PPM or PGM file, `[H, W, channels]`, upright: the EXIF orientation is applied.
  ///
  /// Grey is repeated for three channels, and colours become grey for one, by the luma of ``convertToGrayscale()``.
  /// Other numbers of channels are those of a file with transparency: 4 for colour, 2 for grey. If fewer are asked
  /// for, transparency is left out, and pixels keep the colours that they have in the file. Values are those of the
  /// file divided by the largest possible; 16 bits of a PNG are rounded to 8. Colour profiles and gamma are ignored.
  ///
  /// - Parameters:
  ///   - file: The file, whatever its name: its first bytes tell the format.
  ///   - channels: The number of channels of the picture.
  ///   - shorterSide: If not nil, a larger JPEG may be decoded to an eighth, a quarter or half of its size, which is
  ///     faster, as long as the shorter side has at least so many pixels. Ask for twice what the picture is resized to
  ///     if the result is to look like that of resizing the whole.
  public init(file: URL, channels: Int = 3, atLeast shorterSide: Int? = nil) throws(ImageError) {
    try self.init(encoded: FileBytes.all(of: file), channels: channels, atLeast: shorterSide)
  }

  /// The picture in the bytes of a file; see ``init(file:channels:atLeast:)``.
  public init(encoded bytes: [UInt8], channels: Int = 3, atLeast shorterSide: Int? = nil) throws(ImageError) {
    let picture: Image =
      switch try ImageFormat.of(bytes) {
      case .jpeg: try JPEG.picture(in: bytes, atLeast: shorterSide)
      case .png: try PNGFile.picture(in: bytes)
      case .netpbm: try Netpbm.picture(in: bytes)
      }
    self = try picture.withChannels(channels)
  }

  /// Checks the size that a header tells, before anything is made of that size.
  static func checkSize(width: Int, height: Int) throws(ImageError) {
    guard width > 0, height > 0 else { throw .noPixels(width: width, height: height) }
    let (pixels, overflows) = width.multipliedReportingOverflow(by: height)
    guard !overflows, pixels <= largestPixelCount else { throw .tooLarge(width: width, height: height) }
  }

  private consuming func withChannels(_ wanted: Int) throws(ImageError) -> Image {
    switch (channels, wanted) {
    case (wanted, _): return self
    case (1, 3), (2, 3): return choosing([0, 0, 0])
    case (2, 1): return choosing([0])
    case (4, 3): return choosing([0, 1, 2])
    case (3, 1), (4, 1):
      var grey = channels == 4 ? choosing([0, 1, 2]) : self
      grey.convertToGrayscale()
      return grey.choosing([0])
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
