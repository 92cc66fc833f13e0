import Foundation
import Ops

/// A random rotation of the image about its center.
public struct RandomRotation: Augmentation {
  /// The largest angle, in degrees, in either direction.
  public let degrees: Double

  /// Creates a rotation by an angle uniform in [-degrees, degrees].
  ///
  /// - Parameter degrees: The largest angle, in degrees, in either direction.
  public init(degrees: Double) {
    self.degrees = degrees
  }

  public var problems: [SettingProblem] { Check.number("degrees", degrees, atLeast: 0, atMost: 360) }

  /// Every setting in one line.
  public var summary: String { "RandomRotation(degrees: \(degrees))" }

  /// Returns the image, rotated in the same frame.
  ///
  /// - Parameters:
  ///   - image: The photograph, `[H, W, C]`.
  ///   - size: Not used: the size stays.
  ///   - generator: The only source of random numbers.
  public func apply(to image: Image, size: Int, using generator: inout CounterGenerator) -> Image {
    image.rotated(degrees: generator.uniform(-degrees...degrees))
  }
}

extension Image {
  /// Returns the image rotated counterclockwise about its center, in the same frame: bilinear, with the
  /// nearest edge pixel for positions outside the image.
  ///
  /// - Parameter degrees: The angle in degrees, counterclockwise.
  public func rotated(degrees: Double) -> Image {
    let cosine = Float(cos(degrees * .pi / 180))
    let sine = Float(sin(degrees * .pi / 180))
    let (right, bottom) = (Float(width - 1), Float(height - 1))
    let result = [Float](unsafeUninitializedCapacity: pixels.count) { output, count in
      pixels.withUnsafeBufferPointer { source in
        var position = 0
        for y in 0..<height {
          let down = Float(y) - bottom / 2
          for x in 0..<width {
            let across = Float(x) - right / 2
            let fromX = min(max(cosine * across - sine * down + right / 2, 0), right)
            let fromY = min(max(sine * across + cosine * down + bottom / 2, 0), bottom)
            // For sides of more than 2^24 pixels, the last position may be rounded up.
            let (left, top) = (min(Int(fromX), width - 1), min(Int(fromY), height - 1))
            let (shareX, shareY) = (fromX - Float(left), fromY - Float(top))
            let upper = (top * width + left) * channels
            let lower = top + 1 < height ? upper + width * channels : upper
            let next = left + 1 < width ? channels : 0
            for channel in 0..<channels {
              let above = source[upper + channel] * (1 - shareX) + source[upper + next + channel] * shareX
              let below = source[lower + channel] * (1 - shareX) + source[lower + next + channel] * shareX
              output[position] = above * (1 - shareY) + below * shareY
              position += 1
            }
          }
        }
      }
      count = pixels.count
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }
}
