/// Values by place in an image, from 0 to 1 for the largest.
struct HeatMap: Equatable {
  /// `[height, width, 1]`.
  let values: Image

  /// Scales values by the largest, row by row; negative ones become 0.
  init(_ values: some Collection<Float>, height: Int, width: Int) {
    let largest = values.max() ?? 0
    let scale = largest > 0 && largest.isFinite ? 1 / largest : 0
    self.values = Image(
      width: width, height: height, channels: 1,
      pixels: values.map { $0.isFinite ? max(0, $0) * scale : 0 })
  }

  /// Returns an image with the values in color over it: the larger, the more opaque. It is enlarged to at
  /// least `side` pixels.
  func overlay(on image: Image, side: Int) -> Image {
    let scale = max(1, (side + image.width - 1) / max(1, image.width))
    let (height, width) = (image.height * scale, image.width * scale)
    let below = image.resized(height: height, width: width)
    let above = values.resized(height: height, width: width)
    var result = Image(width: width, height: height)
    for pixel in above.pixels.indices {
      let value = above.pixels[pixel]
      let color = HeatMap.color(value)
      let share = HeatMap.opacity * value.squareRoot()
      for channel in 0..<3 {
        let own = below.pixels[pixel * below.channels + (below.channels == 3 ? channel : 0)]
        result.pixels[3 * pixel + channel] = (1 - share) * own + share * color[channel]
      }
    }
    return result
  }

  private static let opacity: Float = 0.7

  /// Returns the color of a value in [0, 1] in Matplotlib's viridis (van der Walt and Smith 2015), which is
  /// even to the eye, also to one with a color vision deficiency.
  static func color(_ value: Float) -> SIMD3<Float> {
    let place = min(max(value, 0), 1) * Float(viridis.count - 1)
    let lower = min(Int(place), viridis.count - 2)
    let share = place - Float(lower)
    return (viridis[lower] * (1 - share) + viridis[lower + 1] * share) / 255
  }

  private static let viridis: [SIMD3<Float>] = [
    SIMD3(68, 1, 84), SIMD3(71, 45, 123), SIMD3(59, 82, 139), SIMD3(44, 114, 142), SIMD3(33, 145, 140),
    SIMD3(40, 174, 128), SIMD3(94, 201, 98), SIMD3(173, 220, 48), SIMD3(253, 231, 37),
  ]
}
