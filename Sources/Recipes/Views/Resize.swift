/// A rectangle of whole pixels in an image.
struct PixelBox: Equatable {
  var top: Int
  var left: Int
  var height: Int
  var width: Int
}

extension Image {
  var bounds: PixelBox { PixelBox(top: 0, left: 0, height: height, width: width) }

  /// The image resized to `[height, width, C]`, antialiased.
  ///
  /// The same as torchvision's `resize(antialias=True)`, cut off at 0 and 1.
  public func resized(height: Int, width: Int, interpolation: Interpolation = .bilinear) -> Image {
    resized(bounds, height: height, width: width, interpolation: interpolation)
  }

  /// The part of the image in `box`, resized as if it had been cut out first.
  func resized(
    _ box: PixelBox, height: Int, width: Int, interpolation: Interpolation = .bilinear
  ) -> Image {
    contract(
      box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0
        && box.top + box.height <= self.height && box.left + box.width <= self.width,
      "\(box) is not inside an image of \(self.height)x\(self.width)")
    contract(height > 0 && width > 0, "an image cannot be resized to \(height)x\(width)")
    if box == bounds && height == self.height && width == self.width { return self }
    // Rows first: that pass runs along whole rows, and leaves the slower one with the rows that are kept.
    let rows = ResamplingFilter(interpolation, from: box.height, to: height)
    let columns = ResamplingFilter(interpolation, from: box.width, to: width)
    let boxRow = box.width * channels
    let row = width * channels
    // A value more than there is, on both sides: pixels are read and written four values at a time.
    let result = [Float](unsafeUninitializedCapacity: height * row + 1) { output, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: boxRow + 1) { buffer in
        buffer[boxRow] = 0
        pixels.withUnsafeBufferPointer { source in
          let scratch = UnsafeMutableBufferPointer(rebasing: buffer[..<boxRow])
          for y in 0..<height {
            rows.blendRows(
              of: source, start: (box.top * self.width + box.left) * channels, stride: self.width * channels,
              at: y, into: scratch)
            let target = UnsafeMutableBufferPointer(rebasing: output[(y * row)..<((y + 1) * row + 1)])
            if channels == 3 {
              columns.blendColors(of: UnsafeBufferPointer(buffer), into: target)
            } else {
              columns.blendPixels(of: UnsafeBufferPointer(buffer), channels: channels, into: target)
            }
          }
        }
      }
      count = height * row
      if interpolation.overshoots { for i in 0..<count { output[i] = min(max(output[i], 0), 1) } }
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }
}
