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
          // The last bits of a whole number from 2^23 on are its last digits. A conversion could fail, and keeps the
          // compiler from vectors.
          bytes[i] = UInt8(truncatingIfNeeded: (value.rounded(.down) + 0x1p23).bitPattern)
        }
      }
      filled = count
    }
    self.init(width: image.width, height: image.height, channels: image.channels, bytes: bytes)
  }

  /// The picture with values in [0, 1].
  var image: Image {
    bytes.withUnsafeBytes { Image(eightBit: $0, width: width, height: height, channels: channels) }
  }

  /// The picture turned upright.
  func upright(from orientation: Orientation) -> EightBitImage {
    if orientation == .upright { return self }
    let (columns, rows) = orientation.swapsSides ? (height, width) : (width, height)
    let step = orientation.steps(width: width, height: height)
    let turned = [UInt8](unsafeUninitializedCapacity: bytes.count) { turned, filled in
      for row in 0..<rows {
        var source = (step.first + row * step.down) * channels
        for _ in 0..<columns {
          for channel in 0..<channels {
            turned[filled] = bytes[source + channel]
            filled += 1
          }
          source += step.right * channels
        }
      }
    }
    return EightBitImage(width: columns, height: rows, channels: channels, bytes: turned)
  }
}

extension Image {
  /// The picture of bytes, `[height, width, channels]`, as many as that takes.
  init(eightBit bytes: UnsafeRawBufferPointer, width: Int, height: Int, channels: Int) {
    let pixels = [Float](unsafeUninitializedCapacity: bytes.count) { pixels, count in
      for i in 0..<bytes.count { pixels[i] = Float(bytes[i]) / 255 }
      count = bytes.count
    }
    self.init(width: width, height: height, channels: channels, pixels: pixels)
  }
}
