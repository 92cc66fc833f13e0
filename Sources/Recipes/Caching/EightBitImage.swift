/// A picture of 8 bits a value, as it is kept.
struct EightBitImage {
  let width: Int
  let height: Int
  let channels: Int
  /// `[height, width, channels]`.
  let bytes: [UInt8]

  /// A picture rounded to 8 bits.
  init(_ image: Image) {
    width = image.width
    height = image.height
    channels = image.channels
    let pixels = image.pixels
    bytes = [UInt8](unsafeUninitializedCapacity: pixels.count) { bytes, count in
      // The comparison is false for what is no number, which becomes black.
      for i in 0..<pixels.count {
        bytes[i] = UInt8(truncatingIfNeeded: Int32((pixels[i] > 0 ? min(pixels[i], 1) : 0) * 255 + 0.5))
      }
      count = pixels.count
    }
  }

  /// The picture with values in [0, 1].
  var image: Image {
    bytes.withUnsafeBytes { Image(eightBit: $0, width: width, height: height, channels: channels) }
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

  /// The picture reduced so that its shorter side has at most so many pixels, in its aspect; never enlarged.
  func reduced(toShorterSide side: Int) -> Image {
    let shorter = min(width, height)
    guard shorter > side else { return self }
    func length(_ length: Int) -> Int {
      max(1, Int((Double(length) * Double(side) / Double(shorter)).rounded(.toNearestOrEven)))
    }
    return resized(height: length(height), width: length(width))
  }
}
