import Foundation

extension Image {
  /// The picture in a file, `[H, W, channels]`: grey is repeated for every channel, colours become grey if there is
  /// to be one channel.
  ///
  /// - Throws: `PPMError` when the file is of no format that is read, `FileError` when it cannot be read.
  public init(file: URL, channels: Int = 3) throws {
    let picture = try Image(ppmFile: file)
    self = channels == 1 ? picture.convertedToGrey : picture
  }

  /// The lightness of a colour picture, `[H, W, 1]`.
  private var convertedToGrey: Image {
    guard channels == 3 else { return self }
    var grey = self
    grey.convertToGrayscale()
    return Image(
      width: width, height: height, channels: 1,
      pixels: stride(from: 0, to: pixels.count, by: 3).map { grey.pixels[$0] })
  }
}
