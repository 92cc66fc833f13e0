/// A rectangle of whole pixels in an image.
struct PixelBox: Equatable {
  var top: Int
  var left: Int
  var height: Int
  var width: Int
}

extension Image {
  var bounds: PixelBox { PixelBox(top: 0, left: 0, height: height, width: width) }

  /// The image resized to `[height, width, C]` with antialiased bilinear interpolation: a triangle filter, as
  /// wide as one source pixel when enlarging and as one target pixel when reducing.
  ///
  /// The same as PIL's `BILINEAR` and torchvision's `resize(antialias=True)`.
  public func resized(height: Int, width: Int) -> Image {
    resized(bounds, height: height, width: width)
  }

  /// The part of the image in `box`, resized as if it had been cut out first.
  func resized(_ box: PixelBox, height: Int, width: Int) -> Image {
    precondition(
      box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0
        && box.top + box.height <= self.height && box.left + box.width <= self.width,
      "\(box) is not inside an image of \(self.height)x\(self.width)")
    precondition(height > 0 && width > 0, "an image cannot be resized to \(height)x\(width)")
    if box == bounds && height == self.height && width == self.width { return self }
    // Rows first: that pass runs along whole rows, and leaves the slower one with the rows that are kept.
    let rows = TriangleFilter(from: box.height, to: height)
    let columns = TriangleFilter(from: box.width, to: width)
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
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }
}

/// The weights that make each of `to` target positions out of `from` source positions along one axis.
private struct TriangleFilter {
  /// Target position `i` reads source positions `first[i]...`, with `weights[offsets[i]..<offsets[i + 1]]`.
  private var first: [Int] = []
  private var offsets: [Int] = [0]
  private var weights: [Float] = []

  init(from: Int, to: Int) {
    let scale = Double(from) / Double(to)
    let support = max(scale, 1)
    first.reserveCapacity(to)
    offsets.reserveCapacity(to + 1)
    weights.reserveCapacity(to * (Int(support * 2) + 2))
    for target in 0..<to {
      let center = scale * (Double(target) + 0.5)
      let low = max(Int(center - support + 0.5), 0)
      let high = min(Int(center + support + 0.5), from)
      func height(_ source: Int) -> Double { max(0, 1 - abs(Double(source) + 0.5 - center) / support) }
      var total = 0.0
      for source in low..<high { total += height(source) }
      for source in low..<high { weights.append(Float(height(source) / total)) }
      first.append(low)
      offsets.append(weights.count)
    }
  }

  /// Writes target row `target` from the source rows that start at `start` and lie `stride` values apart.
  func blendRows(
    of source: UnsafeBufferPointer<Float>, start: Int, stride: Int, at target: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    let taps = offsets[target]..<offsets[target + 1]
    withUnsafeTemporaryAllocation(of: Int.self, capacity: taps.count) { rows in
      for tap in 0..<taps.count { rows[tap] = start + (first[target] + tap) * stride }
      weights.withUnsafeBufferPointer { weights in
        weightedSum(
          of: source, offsets: UnsafeBufferPointer(rows),
          weights: UnsafeBufferPointer(rebasing: weights[taps]), into: output)
      }
    }
  }

  /// Writes one row of target pixels of three channels from one row of source pixels, each with a value more
  /// behind the last.
  func blendColors(of source: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
    typealias Lanes = SIMD4<Float>
    let pixelBytes = 3 * MemoryLayout<Float>.stride
    guard let input = UnsafeRawPointer(source.baseAddress),
      let result = UnsafeMutableRawPointer(output.baseAddress)
    else { return }
    weights.withUnsafeBufferPointer { weights in
      for target in 0..<first.count {
        var pixel = input + first[target] &* pixelBytes
        var sum = Lanes.zero
        for tap in offsets[target]..<offsets[target + 1] {
          sum += weights[tap] * pixel.loadUnaligned(as: Lanes.self)
          pixel += pixelBytes
        }
        // The fourth value is written over by the next pixel.
        result.storeBytes(of: sum, toByteOffset: target &* pixelBytes, as: Lanes.self)
      }
    }
  }

  /// Writes one row of target pixels from one row of source pixels.
  func blendPixels(
    of source: UnsafeBufferPointer<Float>, channels: Int, into output: UnsafeMutableBufferPointer<Float>
  ) {
    weights.withUnsafeBufferPointer { weights in
      for target in 0..<first.count {
        let taps = offsets[target]..<offsets[target + 1]
        let pixel = first[target] * channels
        for channel in 0..<channels {
          var sum: Float = 0
          for tap in 0..<taps.count {
            sum += weights[taps.lowerBound + tap] * source[pixel + tap * channels + channel]
          }
          output[target * channels + channel] = sum
        }
      }
    }
  }
}
