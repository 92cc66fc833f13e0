/// An image with 8 bits per value, as decoders return and the cache stores it.
struct EightBitImage {
  let width: Int
  let height: Int
  let channels: Int
  /// `[height, width, channels]`.
  let bytes: [UInt8]
}

extension EightBitImage {
  /// Creates an image rounded to 8 bits.
  init(_ image: Image) {
    let count = image.pixels.count
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      image.pixels.withUnsafeBufferPointer { pixels in
        for i in 0..<count {
          // The comparison is false for NaN, which becomes black.
          let value = (pixels[i] > 0 ? min(pixels[i], 1) : 0) * 255 + 0.5
          // From 2^23 on, the low bits of a float are its integer digits. A conversion could trap, and
          // prevents vectorization.
          bytes[i] = UInt8(truncatingIfNeeded: (value.rounded(.down) + 0x1p23).bitPattern)
        }
      }
      filled = count
    }
    self.init(width: image.width, height: image.height, channels: image.channels, bytes: bytes)
  }

  /// The image with values in [0, 1].
  var image: Image {
    let pixels = [Float](unsafeUninitializedCapacity: bytes.count) { pixels, filled in
      for i in 0..<bytes.count { pixels[i] = Float(bytes[i]) / 255 }
      filled = bytes.count
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }
}

/// A decoded image, read in its upright orientation.
struct UprightImage: PixelRows {
  let width: Int
  let height: Int
  private let decoded: EightBitImage
  private let step: (first: Int, right: Int, down: Int)

  init(_ decoded: EightBitImage, _ orientation: Orientation) {
    self.decoded = decoded
    (width, height) =
      orientation.swapsSides ? (decoded.height, decoded.width) : (decoded.width, decoded.height)
    step = orientation.steps(width: decoded.width, height: decoded.height)
  }

  var channels: Int { decoded.channels }

  func write(row: Int, columns: Range<Int>, to output: UnsafeMutableBufferPointer<Float>) {
    var source = (step.first + row * step.down + columns.lowerBound * step.right) * channels
    decoded.bytes.withUnsafeBufferPointer { bytes in
      if step.right == 1 {
        for i in 0..<output.count { output[i] = Float(bytes[source &+ i]) }
      } else {
        for start in stride(from: 0, to: output.count, by: channels) {
          for channel in 0..<channels { output[start + channel] = Float(bytes[source + channel]) }
          source += step.right * channels
        }
      }
    }
    for i in 0..<output.count { output[i] /= 255 }
  }
}
