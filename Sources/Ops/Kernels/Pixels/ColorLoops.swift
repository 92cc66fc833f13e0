/// Loops over the values of an image, `[H, W, C]` in [0, 1], in place. Those that are named after colors are
/// of three channels: red, green and blue.
///
/// They count pixels and are branch-free, so that the compiler vectorizes them.
package enum ColorLoops {
  /// Multiplies every value by `factor`, adds `offset` and clips to [0, 1].
  package static func scale(
    _ values: UnsafeMutableBufferPointer<Float>, by factor: Float, adding offset: Float
  ) {
    for i in values.indices { values[i] = clamped(values[i] * factor + offset) }
  }

  /// Moves every pixel away from (`factor` above 1) or towards (below 1) its gray value, and clips to [0, 1].
  package static func saturateColors(_ values: UnsafeMutableBufferPointer<Float>, by factor: Float) {
    for pixel in 0..<(values.count / 3) {
      let i = 3 &* pixel
      let (red, green, blue) = (values[i], values[i &+ 1], values[i &+ 2])
      let offset = (1 - factor) * gray(red, green, blue)
      values[i] = clamped(red * factor + offset)
      values[i &+ 1] = clamped(green * factor + offset)
      values[i &+ 2] = clamped(blue * factor + offset)
    }
  }

  /// Rotates the hue of every pixel by a fraction of the color circle, and clips to [0, 1].
  package static func turnColors(_ values: UnsafeMutableBufferPointer<Float>, by turns: Float) {
    let shift = 6 * (turns - turns.rounded(.down))
    for pixel in 0..<(values.count / 3) {
      let i = 3 &* pixel
      let (red, green, blue) = (values[i], values[i &+ 1], values[i &+ 2])
      let value = max(max(red, green), blue)
      let chroma = value - min(min(red, green), blue)
      let inverse = chosen(chroma > 0, 1 / chroma, 0)
      // The hue in sixths of the circle: red 0, green 2, blue 4.
      let besideRed = (green - blue) * inverse
      let besideGreen = 2 + (blue - red) * inverse
      let besideBlue = 4 + (red - green) * inverse
      let sixths = chosen(value == red, besideRed, chosen(value == green, besideGreen, besideBlue))
      let hue = wrapped(sixths + shift)
      values[i] = clamped(value - chroma * distance(hue + 5))
      values[i &+ 1] = clamped(value - chroma * distance(hue + 3))
      values[i &+ 2] = clamped(value - chroma * distance(hue + 1))
    }
  }

  /// Replaces the three channels of every pixel by its gray value.
  package static func makeColorsGray(_ values: UnsafeMutableBufferPointer<Float>) {
    for pixel in 0..<(values.count / 3) {
      let i = 3 &* pixel
      let level = gray(values[i], values[i &+ 1], values[i &+ 2])
      values[i] = level
      values[i &+ 1] = level
      values[i &+ 2] = level
    }
  }

  /// Returns the mean of the gray values of all pixels, of which there is one at least.
  package static func meanGrayOfColors(_ values: UnsafeBufferPointer<Float>) -> Float {
    let weights = SIMD3(Double(luma.red), Double(luma.green), Double(luma.blue))
    return Float((weights * sumsByThirds(values)).sum() / Double(values.count / 3))
  }

  /// Returns the mean of all values, of which there is one at least.
  package static func mean(_ values: UnsafeBufferPointer<Float>) -> Float {
    Float(sumsByThirds(values).sum() / Double(values.count))
  }
}

/// Returns the sums of the first, the second and the third of every three values. A lane accumulates 64
/// values in Float before they are added in Double.
private func sumsByThirds(_ values: UnsafeBufferPointer<Float>) -> SIMD3<Double> {
  let lanes = Lanes<Float>.scalarCount
  var sums = SIMD3<Double>.zero
  guard let pointer = values.baseAddress else { return sums }
  var i = 0
  while i + 3 * lanes <= values.count {
    var parts = (Lanes<Float>.zero, Lanes<Float>.zero, Lanes<Float>.zero)
    let end = min(values.count, i + 64 * 3 * lanes)
    while i + 3 * lanes <= end {
      parts.0 += load(pointer + i)
      parts.1 += load(pointer + i + lanes)
      parts.2 += load(pointer + i + 2 * lanes)
      i += 3 * lanes
    }
    for lane in 0..<lanes {
      sums[lane % 3] += Double(parts.0[lane])
      sums[(lane + 1) % 3] += Double(parts.1[lane])
      sums[(lane + 2) % 3] += Double(parts.2[lane])
    }
  }
  for rest in i..<values.count { sums[rest % 3] += Double(values[rest]) }
  return sums
}

/// The weights of red, green and blue in the luma of ITU-R BT.601, with the red of torchvision and
/// TensorFlow: 0.2989, not 0.299.
private let luma = (red: 0.2989 as Float, green: 0.587 as Float, blue: 0.114 as Float)

@inline(__always)
private func gray(_ red: Float, _ green: Float, _ blue: Float) -> Float {
  luma.red * red + luma.green * green + luma.blue * blue
}

@inline(__always)
private func clamped(_ value: Float) -> Float { min(max(value, 0), 1) }

/// Returns one of two values, both evaluated: a branch would prevent vectorization.
@inline(__always)
private func chosen(_ condition: Bool, _ yes: Float, _ no: Float) -> Float { condition ? yes : no }

/// Returns a position on the circle of six sixths, given one that is less than two turns from its start.
@inline(__always)
private func wrapped(_ position: Float) -> Float {
  chosen(position >= 6, position - 6, position)
}

/// Returns how far a channel is below the brightest one, as a fraction of the chroma, `position` sixths round
/// the circle from where it starts to fall. `position` is in [0, 12).
@inline(__always)
private func distance(_ position: Float) -> Float {
  let k = wrapped(position)
  return max(0, min(min(k, 4 - k), 1))
}
