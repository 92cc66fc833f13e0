/// A rectangle of whole pixels in an image.
struct PixelBox: Equatable {
  var top: Int
  var left: Int
  var height: Int
  var width: Int
}

extension Image {
  var bounds: PixelBox { PixelBox(top: 0, left: 0, height: height, width: width) }

  /// Returns the image resized to `[height, width, C]`, antialiased.
  ///
  /// Equal to torchvision's `resize(antialias=True)`, clipped to [0, 1].
  ///
  /// - Parameters:
  ///   - height: The new height in pixels.
  ///   - width: The new width in pixels.
  ///   - interpolation: The interpolation between pixels.
  public func resized(height: Int, width: Int, interpolation: Interpolation = .bilinear) -> Image {
    resized(bounds, height: height, width: width, interpolation: interpolation)
  }

  /// Returns the part of the image in `box`, resized as if it were cropped first, and of the result only the
  /// part `kept`. Nothing else is computed.
  func resized(
    _ box: PixelBox, height: Int, width: Int, keeping kept: PixelBox? = nil,
    interpolation: Interpolation = .bilinear
  ) -> Image {
    contract(
      box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0
        && box.top + box.height <= self.height && box.left + box.width <= self.width,
      "\(box) is not inside an image of \(self.height)x\(self.width)")
    contract(height > 0 && width > 0, "an image cannot be resized to \(height)x\(width)")
    let kept = kept ?? PixelBox(top: 0, left: 0, height: height, width: width)
    if box == bounds && kept == bounds && height == self.height && width == self.width { return self }
    // Rows first: that pass reads contiguous rows, and leaves only the rows of `kept` to the slower one.
    let rows = ResamplingFilter(
      interpolation, from: box.height, to: height, targets: kept.top..<(kept.top + kept.height))
    let columns = ResamplingFilter(
      interpolation, from: box.width, to: width, targets: kept.left..<(kept.left + kept.width))
    let start =
      ((box.top + rows.sources.lowerBound) * self.width + box.left + columns.sources.lowerBound) * channels
    let boxRow = columns.sources.count * channels
    let row = kept.width * channels
    // Source and target rows are padded by one value, as pixels are read and written four values at a time.
    let result = [Float](unsafeUninitializedCapacity: kept.height * row + 1) { output, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: boxRow + 1) { buffer in
        buffer[boxRow] = 0
        pixels.withUnsafeBufferPointer { source in
          let scratch = UnsafeMutableBufferPointer(rebasing: buffer[..<boxRow])
          for y in 0..<kept.height {
            rows.blendRows(
              of: source, start: start, stride: self.width * channels, at: y, into: scratch)
            columns.blend(
              of: UnsafeBufferPointer(buffer), channels: channels,
              into: UnsafeMutableBufferPointer(rebasing: output[(y * row)..<((y + 1) * row + 1)]))
          }
        }
      }
      count = kept.height * row
      if interpolation.overshoots { for i in 0..<count { output[i] = min(max(output[i], 0), 1) } }
    }
    return Image(width: kept.width, height: kept.height, channels: channels, pixels: result)
  }
}
