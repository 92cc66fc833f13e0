import Ops

/// An image whose upright rows are read one at a time, such as a decoder's output, without converting all
/// values to floating point.
protocol PixelRows {
  var width: Int { get }
  var height: Int { get }
  var channels: Int { get }

  /// Writes some columns of a row, as values in [0, 1], to all of `output`.
  func write(row: Int, columns: Range<Int>, to output: UnsafeMutableBufferPointer<Float>)
}

extension PixelRows {
  /// Returns the part in `box`, reduced to `[height, width, C]`, or unchanged if it has that size: bitwise
  /// equal to resizing an image in memory, but with only a few rows in memory.
  func reduced(_ box: PixelBox, height: Int, width: Int) -> Image {
    let count = height * width * channels
    // Padded by one value, as pixels are written four values at a time.
    let pixels = [Float](unsafeUninitializedCapacity: count + 1) { output, filled in
      if height == box.height && width == box.width {
        copy(box, to: UnsafeMutableBufferPointer(rebasing: output[..<count]))
      } else {
        reduce(
          box, ResamplingFilter(.bilinear, from: box.height, to: height),
          ResamplingFilter(.bilinear, from: box.width, to: width), to: output)
      }
      filled = count
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }

  private func copy(_ box: PixelBox, to output: UnsafeMutableBufferPointer<Float>) {
    let row = box.width * channels
    for y in 0..<box.height {
      write(
        row: box.top + y, columns: box.left..<(box.left + box.width),
        to: UnsafeMutableBufferPointer(rebasing: output[(y * row)..<((y + 1) * row)]))
    }
  }

  /// Adds each source row, as it is read, to the target rows it contributes to.
  private func reduce(
    _ box: PixelBox, _ rows: ResamplingFilter, _ columns: ResamplingFilter,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    let sourceRow = box.width * channels
    let row = columns.targetCount * channels
    let (underWay, stride) = (rows.overlap, sourceRow + 1)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: (underWay + 1) * stride) { buffer in
      buffer.initialize(repeating: 0)
      func line(_ place: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(rebasing: buffer[(place * stride)..<((place + 1) * stride)])
      }
      let source = UnsafeMutableBufferPointer(rebasing: line(underWay)[..<sourceRow])
      var targets = 0..<0
      for place in rows.sources {
        while targets.upperBound < rows.targetCount,
          rows.sources(of: targets.upperBound).lowerBound <= place
        {
          line(targets.upperBound % underWay).update(repeating: 0)
          targets = targets.lowerBound..<(targets.upperBound + 1)
        }
        write(row: box.top + place, columns: box.left..<(box.left + box.width), to: source)
        for target in targets where rows.sources(of: target).contains(place) {
          RowLoops.add(
            UnsafeBufferPointer(source), times: rows.weight(of: place, at: target),
            to: line(target % underWay))
        }
        while let target = targets.first, rows.sources(of: target).upperBound <= place + 1 {
          columns.blend(
            of: UnsafeBufferPointer(line(target % underWay)), channels: channels,
            into: UnsafeMutableBufferPointer(rebasing: output[(target * row)..<((target + 1) * row + 1)]))
          targets = (target + 1)..<targets.upperBound
        }
      }
    }
  }
}

extension Image: PixelRows {
  func write(row: Int, columns: Range<Int>, to output: UnsafeMutableBufferPointer<Float>) {
    let start = (row * width + columns.lowerBound) * channels
    _ = output.update(fromContentsOf: pixels[start..<(start + columns.count * channels)])
  }
}
