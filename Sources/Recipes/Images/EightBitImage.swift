/// A picture of 8 bits a value, as decoders give it and as it is kept.
struct EightBitImage {
  let width: Int
  let height: Int
  let channels: Int
  /// `[height, width, channels]`.
  let bytes: [UInt8]
}

extension EightBitImage {
  /// A picture rounded to 8 bits.
  init(_ image: Image) {
    let count = image.pixels.count
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      image.pixels.withUnsafeBufferPointer { pixels in
        for i in 0..<count {
          // The comparison is false for what is no number, which becomes black.
          let value = (pixels[i] > 0 ? min(pixels[i], 1) : 0) * 255 + 0.5
          // The last bits of a whole number from 2^23 on are its last digits. A conversion could fail, and
          // keeps the compiler from vectors.
          bytes[i] = UInt8(truncatingIfNeeded: (value.rounded(.down) + 0x1p23).bitPattern)
        }
      }
      filled = count
    }
    self.init(width: image.width, height: image.height, channels: image.channels, bytes: bytes)
  }

  /// The picture with values in [0, 1].
  var image: Image {
    let pixels = [Float](unsafeUninitializedCapacity: bytes.count) { pixels, filled in
      for i in 0..<bytes.count { pixels[i] = Float(bytes[i]) / 255 }
      filled = bytes.count
    }
    return Image(width: width, height: height, channels: channels, pixels: pixels)
  }
}

/// A decoded picture, read as it stands upright.
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
