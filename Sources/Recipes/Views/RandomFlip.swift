import Ops

/// Random mirroring, left to right and top to bottom, each with its own probability.
public struct RandomFlip: Augmentation {
  /// The probability of a left-right flip.
  public let horizontal: Double
  /// The probability of a top-bottom flip.
  public let vertical: Double

  /// Creates a flip with the given probabilities. Photographs of skin have no upright orientation: for these,
  /// `vertical: 0.5` is sound.
  ///
  /// - Parameters:
  ///   - horizontal: The probability of a left-right flip.
  ///   - vertical: The probability of a top-bottom flip.
  public init(horizontal: Double = 0.5, vertical: Double = 0) {
    self.horizontal = horizontal
    self.vertical = vertical
  }

  public var problems: [SettingProblem] {
    Check.probability("horizontal", horizontal)
    Check.probability("vertical", vertical)
  }

  /// Every setting in one line.
  public var summary: String { "RandomFlip(horizontal: \(horizontal), vertical: \(vertical))" }

  /// Returns the image, mirrored or unchanged.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: Not used: the size stays.
  ///   - generator: The only source of random numbers.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    let mirror = generator.chance(horizontal)
    let invert = generator.chance(vertical)
    return mirror || invert ? image.flipped(horizontally: mirror, vertically: invert) : image
  }
}

extension Image {
  /// Returns the image mirrored horizontally, vertically, or both.
  ///
  /// - Parameters:
  ///   - horizontally: Whether left and right are exchanged.
  ///   - vertically: Whether top and bottom are exchanged.
  public func flipped(horizontally: Bool, vertically: Bool) -> Image {
    let row = width * channels
    let flipped = [Float](unsafeUninitializedCapacity: pixels.count) { output, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<height {
          let from = (vertically ? height - 1 - y : y) * row
          let (line, target) = (source[from..<(from + row)], output[(y * row)..<((y + 1) * row)])
          if horizontally {
            RowLoops.mirror(
              UnsafeBufferPointer(rebasing: line), channels: channels,
              into: UnsafeMutableBufferPointer(rebasing: target))
          } else {
            _ = UnsafeMutableBufferPointer(rebasing: target).update(fromContentsOf: line)
          }
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, channels: channels, pixels: flipped)
  }
}
