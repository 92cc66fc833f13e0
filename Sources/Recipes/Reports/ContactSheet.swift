import Foundation

/// A sheet of images in rows, with a gutter between and around them: a photograph and its views, or the
/// nearest neighbors of a query.
public struct ContactSheet: Sendable {
  /// The images, row by row. Rows may differ in length and images in size.
  public let rows: [[Image]]
  /// The gutter in pixels.
  public let gutter: Int
  /// The gray value of the background, in [0, 1].
  public let background: Float

  /// Creates a sheet of the given rows.
  ///
  /// - Parameters:
  ///   - rows: The images, row by row. Rows may differ in length and images in size.
  ///   - gutter: The gutter in pixels.
  ///   - background: The gray value of the background, in [0, 1].
  public init(_ rows: [[Image]], gutter: Int = 4, background: Float = 1) {
    contract(gutter >= 0, "a gutter of \(gutter): a gutter is not negative")
    self.rows = rows
    self.gutter = gutter
    self.background = background
  }

  /// Returns the sheet as one image, `[H, W, 3]`. A column is as wide as its widest image, a row as high as
  /// its highest; images are aligned to the upper left.
  ///
  /// - Throws: `UnsupportedChannels` if an image has neither one channel nor three.
  public func image() throws(UnsupportedChannels) -> Image {
    let count = rows.map(\.count).max() ?? 0
    let columns = (0..<count).map { column -> Int in
      let widths = rows.filter { column < $0.count }.map { $0[column].width }
      return widths.max() ?? 0
    }
    let heights = rows.map { $0.map(\.height).max() ?? 0 }
    var sheet = Image(
      width: columns.reduce(gutter) { $0 + $1 + gutter }, height: heights.reduce(gutter) { $0 + $1 + gutter },
      filledWith: background)
    var top = gutter
    for (row, height) in zip(rows, heights) {
      var left = gutter
      for (image, width) in zip(row, columns) {
        try sheet.paste(image, top: top, left: left)
        left += width + gutter
      }
      top += height + gutter
    }
    return sheet
  }

  /// Writes the sheet as a PNG file.
  ///
  /// - Parameter file: The file to write.
  /// - Throws: `UnsupportedChannels`, or `FileError` if the file cannot be written.
  public func write(to file: URL) throws { try AtomicFile.write(image().png(), to: file) }
}

extension Image {
  /// Copies a gray or color image into this color image, within its bounds.
  fileprivate mutating func paste(_ image: Image, top: Int, left: Int) throws(UnsupportedChannels) {
    guard image.channels == 1 || image.channels == 3 else {
      throw UnsupportedChannels(channels: image.channels)
    }
    for y in 0..<image.height {
      for x in 0..<image.width {
        for channel in 0..<3 {
          let source = (y * image.width + x) * image.channels + (image.channels == 3 ? channel : 0)
          pixels[((top + y) * width + left + x) * 3 + channel] = image.pixels[source]
        }
      }
    }
  }
}
