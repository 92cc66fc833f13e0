import Ops

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
      image.pixels.withUnsafeBufferPointer {
        LevelLoops.levels(of: $0, into: UnsafeMutableBufferPointer(rebasing: bytes[..<count]))
      }
      filled = count
    }
    self.init(width: image.width, height: image.height, channels: image.channels, bytes: bytes)
  }

  /// The image with values in [0, 1].
  var image: Image {
    let count = bytes.count
    let pixels = [Float](unsafeUninitializedCapacity: count) { pixels, filled in
      bytes.withUnsafeBufferPointer {
        LevelLoops.values(of: $0, white: 255, into: UnsafeMutableBufferPointer(rebasing: pixels[..<count]))
      }
      filled = count
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
    let source = (step.first + row * step.down + columns.lowerBound * step.right) * channels
    decoded.bytes.withUnsafeBufferPointer { bytes in
      if step.right == 1 {
        LevelLoops.values(
          of: UnsafeBufferPointer(rebasing: bytes[source..<(source + output.count)]), white: 255, into: output
        )
      } else {
        LevelLoops.values(
          of: bytes, from: source, step: step.right * channels, channels: channels, white: 255, into: output)
      }
    }
  }
}
