/// Loops that convert the levels of an image file, whole numbers up to that of white, to values in [0, 1] and
/// back. They are branch-free, so that the compiler vectorizes them.
package enum LevelLoops {
  /// Writes the values of some levels, clipped to that of white.
  package static func values(
    of levels: UnsafeBufferPointer<UInt8>, white: Float, into output: UnsafeMutableBufferPointer<Float>
  ) {
    contract(output.count == levels.count, "a level has one value")
    for i in output.indices { output[i] = min(Float(levels[i]) / white, 1) }
  }

  /// Writes the values of pixels that are not beside each other, such as those of a column, clipped to that
  /// of white.
  ///
  /// - Parameters:
  ///   - start: The first level of the first pixel.
  ///   - step: The levels from a pixel to the next one.
  package static func values(
    of levels: UnsafeBufferPointer<UInt8>, from start: Int, step: Int, channels: Int, white: Float,
    into output: UnsafeMutableBufferPointer<Float>
  ) {
    var source = start
    for first in stride(from: 0, to: output.count, by: channels) {
      for channel in 0..<channels { output[first + channel] = Float(levels[source + channel]) }
      source += step
    }
    for i in output.indices { output[i] = min(output[i] / white, 1) }
  }

  /// Writes the values of some levels of two bytes each, the more significant one first, clipped to that of
  /// white.
  package static func values(
    ofPairs bytes: UnsafeBufferPointer<UInt8>, white: Float, into output: UnsafeMutableBufferPointer<Float>
  ) {
    contract(2 * output.count == bytes.count, "a level of two bytes has one value")
    for i in output.indices {
      let level = UInt16(bytes[2 &* i]) << 8 | UInt16(bytes[2 &* i &+ 1])
      output[i] = min(Float(level) / white, 1)
    }
  }

  /// Writes the nearest levels of some values, of which 255 is white. Values out of range are clipped, and
  /// NaN becomes black.
  package static func levels(
    of values: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<UInt8>
  ) {
    contract(output.count == values.count, "a value has one level")
    for i in output.indices {
      // The comparison is false for NaN.
      let value = (values[i] > 0 ? min(values[i], 1) : 0) * 255 + 0.5
      // From 2^23 on, the low bits of a float are its integer digits. A conversion could trap, and prevents
      // vectorization.
      output[i] = UInt8(truncatingIfNeeded: (value.rounded(.down) + 0x1p23).bitPattern)
    }
  }
}
