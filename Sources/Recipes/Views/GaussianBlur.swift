import Foundation
import Ops

/// A Gaussian blur of random width, applied with a probability.
///
/// The kernel width is odd and about a tenth of the image's shorter side, at least 3 pixels, as in SimCLR;
/// borders are reflected.
public struct GaussianBlur: Augmentation {
  /// The range of the standard deviation, in pixels.
  public let sigma: Bounds
  /// The probability of blurring.
  public let probability: Double

  /// Creates a blur with a standard deviation uniform in `sigma`, in pixels.
  ///
  /// - Parameters:
  ///   - sigma: The range of the standard deviation, in pixels.
  ///   - probability: The probability of blurring.
  public init(sigma: Bounds = 0.1...2, probability: Double = 0.5) {
    self.sigma = sigma
    self.probability = probability
  }

  public var problems: [SettingProblem] {
    Check.bounds("sigma", sigma, above: 0)
    Check.probability("probability", probability)
  }

  /// Every setting in one line.
  public var summary: String { "GaussianBlur(sigma: \(sigma), probability: \(probability))" }

  /// Returns the image, blurred or unchanged.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: Not used: the size stays.
  ///   - generator: The only source of random numbers.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    guard generator.chance(probability) else { return image }
    let kernel = GaussianBlur.kernel(forSide: min(image.height, image.width))
    return image.blurred(kernel: kernel, sigma: generator.uniform(sigma))
  }

  /// Returns the kernel width for an image of the given side: odd, about a tenth, at least 3.
  static func kernel(forSide side: Int) -> Int { max(3, 2 * (side / 20) + 1) }
}

extension Image {
  /// Returns the image convolved with a Gaussian of standard deviation `sigma`, truncated to `kernel` pixels
  /// (an odd number) in each direction, with reflected borders, like torchvision's `gaussian_blur`.
  ///
  /// - Parameters:
  ///   - kernel: The side of the kernel in pixels, an odd number.
  ///   - sigma: The standard deviation in pixels.
  public func blurred(kernel: Int, sigma: Double) -> Image {
    contract(kernel > 0 && kernel % 2 == 1, "a blur's kernel has an odd number of pixels, not \(kernel)")
    let radius = kernel / 2
    let weights = gaussian(radius: radius, sigma: sigma)
    let row = width * channels
    let padding = radius * channels
    let columns = (0..<kernel).map { $0 * channels }
    var rows = columns
    let result = [Float](unsafeUninitializedCapacity: pixels.count) { output, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: row + 2 * padding) { padded in
        for y in 0..<height {
          for tap in 0..<kernel { rows[tap] = reflected(y + tap - radius, height) * row }
          let middle = UnsafeMutableBufferPointer(rebasing: padded[padding..<(padding + row)])
          pixels.withUnsafeBufferPointer { convolve($0, rows, weights, into: middle) }
          reflectBorder(of: padded, radius: radius, width: width, channels: channels)
          convolve(
            UnsafeBufferPointer(padded), columns, weights,
            into: UnsafeMutableBufferPointer(rebasing: output[(y * row)..<((y + 1) * row)]))
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }
}

private func convolve(
  _ source: UnsafeBufferPointer<Float>, _ offsets: [Int], _ weights: [Float],
  into output: UnsafeMutableBufferPointer<Float>
) {
  offsets.withUnsafeBufferPointer { offsets in
    weights.withUnsafeBufferPointer { weights in
      RowLoops.weightedSum(of: source, offsets: offsets, weights: weights, into: output)
    }
  }
}

/// Fills the `radius` pixels on either side of a row of `width` pixels with its reflection.
private func reflectBorder(
  of padded: UnsafeMutableBufferPointer<Float>, radius: Int, width: Int, channels: Int
) {
  for x in 0..<radius {
    let left = radius + reflected(x - radius, width)
    let right = radius + reflected(width + x, width)
    for channel in 0..<channels {
      padded[x * channels + channel] = padded[left * channels + channel]
      padded[(radius + width + x) * channels + channel] = padded[right * channels + channel]
    }
  }
}

private func gaussian(radius: Int, sigma: Double) -> [Float] {
  let heights = (-radius...radius).map { exp(-0.5 * (Double($0) / sigma) * (Double($0) / sigma)) }
  let total = heights.reduce(0, +)
  return heights.map { Float($0 / total) }
}

/// Returns the position in `0..<count` of `index` on an axis that is mirrored at its first and last
/// positions.
private func reflected(_ index: Int, _ count: Int) -> Int {
  if (0..<count).contains(index) { return index }
  guard count > 1 else { return 0 }
  let period = 2 * (count - 1)
  let folded = ((index % period) + period) % period
  return folded < count ? folded : period - folded
}
