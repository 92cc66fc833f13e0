/// The adjustments of colour that `ColorJitter` draws from, as torchvision defines them on float images. Each
/// leaves values in [0, 1].
extension Image {
  /// Multiplies every value by `factor`: 0 is black, 1 changes nothing.
  public mutating func adjustBrightness(_ factor: Float) {
    pixels.withUnsafeMutableBufferPointer { values in
      for i in values.indices { values[i] = clamped(values[i] * factor) }
    }
  }

  /// Moves every value away from (`factor` above 1) or towards (below 1) the mean grey of the image.
  ///
  /// An image of three channels has the mean of its greyscale; any other, the mean of all its values.
  public mutating func adjustContrast(_ factor: Float) {
    let offset = (1 - factor) * meanGrey
    pixels.withUnsafeMutableBufferPointer { values in
      for i in values.indices { values[i] = clamped(values[i] * factor + offset) }
    }
  }

  /// Moves every pixel away from (`factor` above 1) or towards (below 1) its own grey. An image that does not
  /// have three channels has no colour and stays as it is.
  public mutating func adjustSaturation(_ factor: Float) {
    guard channels == 3 else { return }
    pixels.withUnsafeMutableBufferPointer { values in
      for i in stride(from: 0, to: values.count, by: 3) {
        let offset = (1 - factor) * grey(values[i], values[i + 1], values[i + 2])
        values[i] = clamped(values[i] * factor + offset)
        values[i + 1] = clamped(values[i + 1] * factor + offset)
        values[i + 2] = clamped(values[i + 2] * factor + offset)
      }
    }
  }

  /// Turns the hue of every pixel by a fraction of the colour circle: 0.5 is the opposite colour. An image
  /// that does not have three channels has no colour and stays as it is.
  public mutating func adjustHue(turns: Float) {
    guard channels == 3, turns != 0 else { return }
    let shift = 6 * (turns - turns.rounded(.down))
    pixels.withUnsafeMutableBufferPointer { values in
      for i in stride(from: 0, to: values.count, by: 3) {
        let (red, green, blue) = (values[i], values[i + 1], values[i + 2])
        let value = max(red, green, blue)
        let chroma = value - min(red, green, blue)
        let inverse = chroma > 0 ? 1 / chroma : 0
        // The hue in sixths of the circle: red 0, green 2, blue 4.
        let sixths =
          value == red
          ? (green - blue) * inverse
          : value == green ? 2 + (blue - red) * inverse : 4 + (red - green) * inverse
        let turned = sixths + shift
        let hue = turned >= 6 ? turned - 6 : turned
        values[i] = clamped(value - chroma * distance(hue + 5))
        values[i + 1] = clamped(value - chroma * distance(hue + 3))
        values[i + 2] = clamped(value - chroma * distance(hue + 1))
      }
    }
  }

  /// Replaces the three channels of every pixel by its grey. An image that does not have three channels stays
  /// as it is.
  public mutating func convertToGrayscale() {
    guard channels == 3 else { return }
    pixels.withUnsafeMutableBufferPointer { values in
      for i in stride(from: 0, to: values.count, by: 3) {
        let level = grey(values[i], values[i + 1], values[i + 2])
        values[i] = level
        values[i + 1] = level
        values[i + 2] = level
      }
    }
  }

  private var meanGrey: Float {
    guard !pixels.isEmpty else { return 0 }
    return pixels.withUnsafeBufferPointer { values in
      var sum = 0.0
      if channels == 3 {
        for i in stride(from: 0, to: values.count, by: 3) {
          sum += Double(grey(values[i], values[i + 1], values[i + 2]))
        }
        return Float(sum / Double(values.count / 3))
      }
      for value in values { sum += Double(value) }
      return Float(sum / Double(values.count))
    }
  }
}

/// The luma of ITU-R BT.601, with the red weight of torchvision and TensorFlow: 0.2989, not 0.299.
@inline(__always)
private func grey(_ red: Float, _ green: Float, _ blue: Float) -> Float {
  0.2989 * red + 0.587 * green + 0.114 * blue
}

@inline(__always)
private func clamped(_ value: Float) -> Float { min(max(value, 0), 1) }

/// How far a channel lies below the brightest one, as a share of the chroma, `position` sixths round the
/// circle from where it starts to fall. `position` is in [0, 12).
@inline(__always)
private func distance(_ position: Float) -> Float {
  let k = position >= 6 ? position - 6 : position
  return max(0, min(k, 4 - k, 1))
}
