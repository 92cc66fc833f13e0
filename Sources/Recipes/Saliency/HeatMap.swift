/// Values by place in an image, from 0 to 1 for the largest.
struct HeatMap: Equatable {
  /// `[height, width, 1]`.
  let values: Image
  /// The places of the values; equal parts of the image if nil.
  let centers: CellCenters?

  /// Scales values by the largest, row by row; negative ones become 0.
  init(_ values: some Collection<Float>, height: Int, width: Int, at centers: CellCenters? = nil) {
    self.centers = centers
    let largest = values.max() ?? 0
    let scale = largest > 0 && largest.isFinite ? 1 / largest : 0
    self.values = Image(
      width: width, height: height, channels: 1,
      pixels: values.map { $0.isFinite ? max(0, $0) * scale : 0 })
  }

  /// Returns the values at the pixels of an image of `height` by `width` pixels that is enlarged by a factor,
  /// interpolated linearly between the centers.
  ///
  /// Beyond the outermost centers their values are held: these cells are all that the classifier has of the
  /// border, and fading them out would say that nothing was found there.
  func enlarged(toImageOf height: Int, by width: Int, scale: Int) -> Image {
    let centers =
      centers ?? CellCenters(rows: values.height, columns: values.width, height: height, width: width)
    let rows = HeatMap.sources(of: height * scale, scale: scale, cells: values.height, at: centers.height)
    let columns = HeatMap.sources(of: width * scale, scale: scale, cells: values.width, at: centers.width)
    let pixels = rows.flatMap { row in
      columns.map { column in
        func value(_ y: Int, _ x: Int) -> Float { values.pixels[y * values.width + x] }
        let (y, x) = (row.cell, column.cell)
        let above = value(y, x) + column.share * (value(y, column.next) - value(y, x))
        let below = value(row.next, x) + column.share * (value(row.next, column.next) - value(row.next, x))
        return above + row.share * (below - above)
      }
    }
    return Image(width: width * scale, height: height * scale, channels: 1, pixels: pixels)
  }

  /// Returns the two cells to interpolate between, and the second one's share, for each pixel of an axis.
  private static func sources(
    of pixels: Int, scale: Int, cells: Int, at centers: CellCenters.Axis
  ) -> [(cell: Int, next: Int, share: Float)] {
    (0..<pixels).map { pixel in
      let place = ((Double(pixel) + 0.5) / Double(scale) - 0.5 - centers.start) / centers.jump
      let held = min(max(place, 0), Double(cells - 1))
      let cell = Int(held)
      return (cell, min(cell + 1, cells - 1), Float(held - Double(cell)))
    }
  }

  /// Returns an image with the values in color over it: the larger, the more opaque. It is enlarged to at
  /// least `side` pixels.
  func overlay(on image: Image, side: Int) -> Image {
    let scale = max(1, (side + image.width - 1) / max(1, image.width))
    let (height, width) = (image.height * scale, image.width * scale)
    let below = image.resized(height: height, width: width)
    let above = enlarged(toImageOf: image.height, by: image.width, scale: scale)
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
