import Ops

/// The color adjustments that `ColorJitter` draws from, as torchvision defines them on float images. Each
/// clips values to [0, 1].
extension Image {
  /// Multiplies every value by `factor`: 0 gives black, 1 the same image.
  package mutating func adjustBrightness(_ factor: Float) {
    pixels.withUnsafeMutableBufferPointer { ColorLoops.scale($0, by: factor, adding: 0) }
  }

  /// Moves every value away from (`factor` above 1) or towards (below 1) the mean gray of the image.
  ///
  /// For three channels that is the mean of the grayscale image; otherwise, the mean of all values.
  package mutating func adjustContrast(_ factor: Float) {
    let offset = (1 - factor) * meanGray
    pixels.withUnsafeMutableBufferPointer { ColorLoops.scale($0, by: factor, adding: offset) }
  }

  /// Moves every pixel away from (`factor` above 1) or towards (below 1) its gray value. Images without three
  /// channels are unchanged.
  package mutating func adjustSaturation(_ factor: Float) {
    guard channels == 3 else { return }
    pixels.withUnsafeMutableBufferPointer { ColorLoops.saturateColors($0, by: factor) }
  }

  /// Rotates the hue of every pixel by a fraction of the color circle: 0.5 is the opposite color. Images
  /// without three channels are unchanged.
  package mutating func adjustHue(turns: Float) {
    guard channels == 3, turns != 0 else { return }
    pixels.withUnsafeMutableBufferPointer { ColorLoops.turnColors($0, by: turns) }
  }

  /// Replaces the three channels of every pixel by its gray value. Images without three channels are
  /// unchanged.
  public mutating func convertToGrayscale() {
    guard channels == 3 else { return }
    pixels.withUnsafeMutableBufferPointer { ColorLoops.makeColorsGray($0) }
  }

  private var meanGray: Float {
    guard !pixels.isEmpty else { return 0 }
    return pixels.withUnsafeBufferPointer {
      channels == 3 ? ColorLoops.meanGrayOfColors($0) : ColorLoops.mean($0)
    }
  }
}
