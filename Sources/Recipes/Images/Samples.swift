/// A picture as a decoder gives it: `[height, width, channels]` values of eight bits.
struct Samples {
  let width: Int
  let height: Int
  let channels: Int
  let values: [UInt8]

  /// The picture with values in [0, 1], turned upright.
  func image(_ orientation: Orientation) -> Image {
    let samples = orientation == .upright ? self : turned(orientation)
    let count = samples.values.count
    let pixels = [Float](unsafeUninitializedCapacity: count) { pixels, filled in
      samples.values.withUnsafeBufferPointer { values in
        for i in 0..<count { pixels[i] = Float(values[i]) / 255 }
      }
      filled = count
    }
    return Image(width: samples.width, height: samples.height, channels: channels, pixels: pixels)
  }

  private func turned(_ orientation: Orientation) -> Samples {
    let (columns, rows) = orientation.swapsSides ? (height, width) : (width, height)
    let step = orientation.steps(width: width, height: height)
    let turned = [UInt8](unsafeUninitializedCapacity: values.count) { turned, filled in
      for row in 0..<rows {
        var source = (step.first + row * step.down) * channels
        for _ in 0..<columns {
          for channel in 0..<channels {
            turned[filled] = values[source + channel]
            filled += 1
          }
          source += step.right * channels
        }
      }
    }
    return Samples(width: columns, height: rows, channels: channels, values: turned)
  }
}
