/// The two-dimensional transforms of tiles: between images and the points at which matrices are multiplied.
struct WinogradTiles<Variant: WinogradVariant> {
  typealias Vector = Lanes<Float>

  // Where tile `index` of an image plane cut in squares of m begins.
  @inline(__always)
  static func origin(_ tile: Int, rows: Int, columns: Int) -> (image: Int, y: Int, x: Int) {
    let perImage = rows * columns
    let rest = tile % perImage
    return (tile / perImage, rest / columns * Variant.outputs, rest % columns * Variant.outputs)
  }

  /// B' d B for the tiles of `x`, `[N, H, W, C]`: point `p` of tile `t` goes to `v + p * pitch + t * C`.
  @inline(__always)
  static func input(
    _ x: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, to v: UnsafeMutablePointer<Float>,
    pitch: Int
  ) {
    let taps = Variant.taps
    let (rows, columns) = (g.tileRows(Variant.outputs), g.tileColumns(Variant.outputs))
    TileSpace.with(2 * Variant.points) { d in
      let half = d + Variant.points
      for tile in tiles {
        let (image, y, column) = origin(tile, rows: rows, columns: columns)
        let (y0, x0) = (y - g.padding.0, column - g.padding.1)
        let isInside = y0 >= 0 && x0 >= 0 && y0 + taps <= g.height && x0 + taps <= g.width
        let first = x + ((image * g.height + y0) * g.width + x0) * g.channels
        let target = v + (tile - tiles.lowerBound) * g.channels
        var channel = 0
        while channel < g.channels {
          for i in 0..<taps {
            for j in 0..<taps {
              let isValid =
                isInside || (y0 + i >= 0 && y0 + i < g.height && x0 + j >= 0 && x0 + j < g.width)
              d[i * taps + j] =
                isValid ? load(first + (i * g.width + j) * g.channels + channel) : Vector(repeating: 0)
            }
          }
          for j in 0..<taps { Variant.input(d + j, taps, half + j, taps) }
          for i in 0..<taps { Variant.input(half + i * taps, 1, d + i * taps, 1) }
          for point in 0..<Variant.points { store(d[point], target + point * pitch + channel) }
          channel += 16
        }
      }
    }
  }

  /// A' m A for tiles, from point `p` of tile `t` at `m + p * pitch + t * K`, to rows of K outputs that begin with
  /// row `firstRow` at `y`.
  @inline(__always)
  static func output(
    _ m: UnsafePointer<Float>, pitch: Int, _ g: WinogradGeometry, tiles: Range<Int>,
    to y: UnsafeMutablePointer<Float>, firstRow: Int
  ) {
    let (taps, outputs) = (Variant.taps, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    TileSpace.with(2 * Variant.points) { d in
      let half = d + Variant.points
      for tile in tiles {
        let (image, line, column) = origin(tile, rows: rows, columns: columns)
        let source = m + (tile - tiles.lowerBound) * g.outChannels
        let (height, width) = (min(outputs, g.outHeight - line), min(outputs, g.outWidth - column))
        let row = (image * g.outHeight + line) * g.outWidth + column - firstRow
        let target = y + row * g.outChannels
        var channel = 0
        while channel < g.outChannels {
          for point in 0..<Variant.points { d[point] = load(source + point * pitch + channel) }
          for j in 0..<taps { Variant.output(d + j, taps, half + j, taps) }
          for i in 0..<height {
            Variant.output(half + i * taps, 1, d, 1)
            for j in 0..<width {
              store(d[j], target + (i * g.outWidth + j) * g.outChannels + channel)
            }
          }
          channel += 16
        }
      }
    }
  }

  /// A y A', the adjoint of `output`, for the tiles of `y`, `[N, H', W', K]`.
  @inline(__always)
  static func outputAdjoint(
    _ y: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, to m: UnsafeMutablePointer<Float>,
    pitch: Int
  ) {
    let (taps, outputs) = (Variant.taps, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    TileSpace.with(2 * Variant.points) { d in
      let half = d + Variant.points
      for tile in tiles {
        let (image, line, column) = origin(tile, rows: rows, columns: columns)
        let (height, width) = (min(outputs, g.outHeight - line), min(outputs, g.outWidth - column))
        let first = y + ((image * g.outHeight + line) * g.outWidth + column) * g.outChannels
        let target = m + (tile - tiles.lowerBound) * g.outChannels
        var channel = 0
        while channel < g.outChannels {
          for i in 0..<outputs {
            for j in 0..<outputs {
              d[i * outputs + j] =
                i < height && j < width
                ? load(first + (i * g.outWidth + j) * g.outChannels + channel) : Vector(repeating: 0)
            }
          }
          for j in 0..<outputs { Variant.outputAdjoint(d + j, outputs, half + j, outputs) }
          for i in 0..<taps { Variant.outputAdjoint(half + i * outputs, 1, d + i * taps, 1) }
          for point in 0..<Variant.points { store(d[point], target + point * pitch + channel) }
          channel += 16
        }
      }
    }
  }

  /// G g G' for a range of the `count` kernels of `w`, `[3, 3, count]`: point `p` goes to `u + p * count`.
  @inline(__always)
  static func weights(
    _ w: UnsafePointer<Float>, count: Int, range: Range<Int>, isTurned: Bool,
    to u: UnsafeMutablePointer<Float>
  ) {
    let taps = Variant.taps
    TileSpace.with(2 * Variant.points) { d in
      let half = d + Variant.points
      var index = range.lowerBound
      while index < range.upperBound {
        for tap in 0..<9 { half[tap] = load(w + (isTurned ? 8 - tap : tap) * count + index) }
        for j in 0..<3 { Variant.weight(half + j, 3, d + j, 3) }
        for i in 0..<taps { Variant.weight(d + i * 3, 1, half + i * taps, 1) }
        for point in 0..<Variant.points { store(half[point], u + point * count + index) }
        index += 16
      }
    }
  }

  /// G' u G, the adjoint of `weights`, for a range of the `count` kernels.
  @inline(__always)
  static func weightsAdjoint(
    _ u: UnsafePointer<Float>, count: Int, range: Range<Int>, to w: UnsafeMutablePointer<Float>
  ) {
    let taps = Variant.taps
    TileSpace.with(2 * Variant.points) { d in
      let half = d + Variant.points
      var index = range.lowerBound
      while index < range.upperBound {
        for point in 0..<Variant.points { d[point] = load(u + point * count + index) }
        for j in 0..<taps { Variant.weightAdjoint(d + j, taps, half + j, taps) }
        for i in 0..<3 { Variant.weightAdjoint(half + i * taps, 1, d + i * 3, 1) }
        for tap in 0..<9 { store(d[tap], w + tap * count + index) }
        index += 16
      }
    }
  }
}
