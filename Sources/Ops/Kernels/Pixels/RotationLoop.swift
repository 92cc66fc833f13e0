import Foundation

/// The loop of a rotation of an image, `[H, W, C]`, counterclockwise about its center and in the same frame:
/// bilinear, with the nearest edge pixel for positions outside the image.
package struct RotationLoop {
  private typealias Channels = SIMD4<Float>

  private let cosine: Float
  private let sine: Float
  private let width: Int
  private let height: Int
  private let channels: Int

  /// Creates the rotation of images of one size.
  package init(degrees: Double, width: Int, height: Int, channels: Int) {
    cosine = Float(cos(degrees * .pi / 180))
    sine = Float(sin(degrees * .pi / 180))
    (self.width, self.height, self.channels) = (width, height, channels)
  }

  /// Where a pixel is read: its four neighbors, and the shares of the right and the lower ones.
  private struct Neighbors {
    let upperLeft: Int
    let upperRight: Int
    let lowerLeft: Int
    let lowerRight: Int
    let right: Float
    let lower: Float
  }

  /// The values that a result needs beyond its own, as channels are written four at a time.
  package static let padding = 3

  /// Writes the rotated image, and anything to the padding behind it.
  package func run(over source: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>) {
    contract(
      source.count == height * width * channels && output.count >= source.count + RotationLoop.padding,
      "the image has the size of the rotation and its result has room for the padding")
    let result = UnsafeMutableRawBufferPointer(output)
    var position = 0
    for y in 0..<height {
      for x in 0..<width {
        let neighbors = neighbors(x, y)
        for channel in stride(from: 0, to: channels, by: Channels.scalarCount) {
          // Values of channels that are not there are overwritten by the next pixel.
          result.storeBytes(
            of: value(of: source, at: neighbors, channel),
            toByteOffset: (position &+ channel) &* MemoryLayout<Float>.stride, as: Channels.self)
        }
        position += channels
      }
    }
  }

  @inline(__always)
  private func neighbors(_ x: Int, _ y: Int) -> Neighbors {
    let (right, bottom) = (Float(width - 1), Float(height - 1))
    let (across, down) = (Float(x) - right / 2, Float(y) - bottom / 2)
    let fromX = min(max(cosine * across - sine * down + right / 2, 0), right)
    let fromY = min(max(sine * across + cosine * down + bottom / 2, 0), bottom)
    // For sides of more than 2^24 pixels, the last position may be rounded up.
    let (left, top) = (min(Int(fromX), width - 1), min(Int(fromY), height - 1))
    let upper = (top * width + left) * channels
    let lower = top + 1 < height ? upper + width * channels : upper
    let next = left + 1 < width ? channels : 0
    return Neighbors(
      upperLeft: upper, upperRight: upper + next, lowerLeft: lower, lowerRight: lower + next,
      right: fromX - Float(left), lower: fromY - Float(top))
  }

  /// Returns four channels of the result, from `channel`.
  @inline(__always)
  private func value(
    of source: UnsafeBufferPointer<Float>, at neighbors: Neighbors, _ channel: Int
  ) -> Channels {
    let bytes = UnsafeRawBufferPointer(source)
    let isInside = neighbors.lowerRight &+ channel &+ Channels.scalarCount <= source.count
    func pixel(_ start: Int) -> Channels {
      let place = start &+ channel
      return isInside
        ? bytes.loadUnaligned(fromByteOffset: place &* MemoryLayout<Float>.stride, as: Channels.self)
        : RotationLoop.lastValues(of: source, from: place)
    }
    let above =
      pixel(neighbors.upperLeft) * (1 - neighbors.right) + pixel(neighbors.upperRight) * neighbors.right
    let below =
      pixel(neighbors.lowerLeft) * (1 - neighbors.right) + pixel(neighbors.lowerRight) * neighbors.right
    return above * (1 - neighbors.lower) + below * neighbors.lower
  }

  /// Returns the values from `place`, and zeros beyond the end.
  @inline(never)
  private static func lastValues(of source: UnsafeBufferPointer<Float>, from place: Int) -> Channels {
    var values = Channels.zero
    for index in place..<min(place + Channels.scalarCount, source.count) {
      values[index - place] = source[index]
    }
    return values
  }
}
