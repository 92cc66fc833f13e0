/// The two-dimensional transforms of tiles: between images and the points at which matrices are multiplied.
///
/// Each is done sixteen channels at a time, first down the columns of a tile, then along its rows; what lies between
/// is a tile on the stack.
struct WinogradTiles<Variant: WinogradVariant> {
  typealias Vector = Lanes<Float>

  // Where tile `index` of an image plane cut in squares of m begins.
  @inline(__always)
  static func origin(_ tile: Int, rows: Int, columns: Int) -> (image: Int, y: Int, x: Int) {
    let perImage = rows * columns
    let rest = tile % perImage
    return (tile / perImage, rest / columns * Variant.outputs, rest % columns * Variant.outputs)
  }

  /// B' d B for the tiles of `x`, `[N, H, W, C]`: point `p` of tile `t` is row `t - first` of the matrix `p` at `v`.
  @inline(__always)
  static func input(
    _ x: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, first firstTile: Int,
    to v: UnsafeMutablePointer<Float>, _ matrix: Panels
  ) {
    let pitch = matrix.pitch
    let (taps, side) = (Variant.outputs + 2, Variant.side)
    let (rows, columns) = (g.tileRows(Variant.outputs), g.tileColumns(Variant.outputs))
    let (line, depth) = (g.width * g.channels, g.channels)
    TileSpace.with(Variant.points, of: Float.self) { half in
      for tile in tiles {
        let (image, y, column) = origin(tile, rows: rows, columns: columns)
        let (y0, x0) = (y - g.padding.0, column - g.padding.1)
        let isInside = y0 >= 0 && x0 >= 0 && y0 + taps <= g.height && x0 + taps <= g.width
        let first = x + ((image * g.height + y0) * g.width + x0) * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          let at = first + channel
          let target = v + matrix.offset(tile - firstTile, channel)
          for j in Variant.inputs {
            if isInside {
              Variant.input({ load(at + ($0 * line + j * depth)) }, { half[$0 * taps + j] = $1 })
            } else {
              let isColumn = x0 + j >= 0 && x0 + j < g.width
              Variant.input(
                { i in
                  isColumn && y0 + i >= 0 && y0 + i < g.height
                    ? load(at + (i * line + j * depth)) : Vector(repeating: 0)
                }, { half[$0 * taps + j] = $1 })
            }
          }
          for i in 0..<side {
            let row = target + i * side * pitch
            Variant.input({ half[i * taps + $0] }, { store($1, row + $0 * pitch) })
          }
        }
      }
    }
  }

  /// A' m A for tiles, point `p` of tile `t` being row `t - first` of the matrix `p` at `m`, to rows of K outputs that
  /// begin with row `firstRow` at `y`.
  @inline(__always)
  static func output(
    _ m: UnsafePointer<Float>, _ matrix: Panels, _ g: WinogradGeometry, tiles: Range<Int>,
    first firstTile: Int,
    to y: UnsafeMutablePointer<Float>, firstRow: Int
  ) {
    let pitch = matrix.pitch
    let (side, outputs) = (Variant.side, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    let depth = g.outChannels
    TileSpace.with(Variant.points, of: Float.self) { half in
      for tile in tiles {
        let (image, line, column) = origin(tile, rows: rows, columns: columns)
        let (height, width) = (min(outputs, g.outHeight - line), min(outputs, g.outWidth - column))
        let row = (image * g.outHeight + line) * g.outWidth + column - firstRow
        let target = y + row * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          let source = m + matrix.offset(tile - firstTile, channel)
          for j in 0..<side {
            let point = source + j * pitch
            Variant.output({ load(point + $0 * side * pitch) }, { half[$0 * side + j] = $1 })
          }
          for i in 0..<height {
            let place = target + (i * g.outWidth * depth + channel)
            Variant.output(
              { half[i * side + $0] }, { if $0 < width { store($1, place + $0 * depth) } })
          }
        }
      }
    }
  }

  /// A y A', the adjoint of `output`, for the tiles of `y`, `[N, H', W', K]`.
  @inline(__always)
  static func outputAdjoint(
    _ y: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, first firstTile: Int,
    to m: UnsafeMutablePointer<Float>, _ matrix: Panels
  ) {
    let pitch = matrix.pitch
    let (side, outputs) = (Variant.side, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    let depth = g.outChannels
    TileSpace.with(Variant.points, of: Float.self) { half in
      for tile in tiles {
        let (image, line, column) = origin(tile, rows: rows, columns: columns)
        let (height, width) = (min(outputs, g.outHeight - line), min(outputs, g.outWidth - column))
        let first = y + ((image * g.outHeight + line) * g.outWidth + column) * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          let at = first + channel
          let target = m + matrix.offset(tile - firstTile, channel)
          for j in 0..<outputs {
            Variant.outputAdjoint(
              { i in
                i < height && j < width
                  ? load(at + (i * g.outWidth + j) * depth) : Vector(repeating: 0)
              }, { half[$0 * outputs + j] = $1 })
          }
          for i in 0..<side {
            let row = target + i * side * pitch
            Variant.outputAdjoint({ half[i * outputs + $0] }, { store($1, row + $0 * pitch) })
          }
        }
      }
    }
  }

  /// G g G' for a block of the kernels of `w`, `[3, 3, C, K]`: point `p` of kernel (c, k) is element (c, k) of the
  /// matrix `p`, of which the block begins at `u`. Kernels of a transposed geometry are `[3, 3, K, C]` and turned around.
  @inline(__always)
  static func weights(
    _ w: UnsafePointer<Float>, _ g: WinogradGeometry, _ block: KernelBlocks.Block,
    to u: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    if g.isTransposed { return transposedWeights(w, g, block, to: u, pitch: pitch) }
    let count = g.weightCount
    TileSpace.with(Variant.points, of: Float.self) { half in
      for row in block.rows {
        for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: 16) {
          let first = w + (row * g.outChannels + column)
          let place = (row - block.rows.lowerBound) * Panels.floatWidth + column - block.columns.lowerBound
          weights({ load(first + $0 * count) }, half, to: u + place, pitch: pitch)
        }
      }
    }
  }

  @inline(__always)
  private static func transposedWeights(
    _ w: UnsafePointer<Float>, _ g: WinogradGeometry, _ block: KernelBlocks.Block,
    to u: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    TileSpace.with(Variant.points + 10 * 16, of: Float.self) { half in
      let (taps, spare) = (half + Variant.points, half + Variant.points + 9 * 16)
      for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: 16) {
        for row in stride(from: block.rows.lowerBound, to: block.rows.upperBound, by: 16) {
          for tap in 0..<9 {
            let target = taps + (8 - tap) * 16
            for index in 0..<16 {
              target[index] = load(w + (tap * g.weightCount + (column + index) * g.channels + row))
            }
            transpose(target, spare: spare)
          }
          let first =
            u + ((row - block.rows.lowerBound) * Panels.floatWidth + column - block.columns.lowerBound)
          for index in 0..<16 {
            weights({ taps[$0 * 16 + index] }, half, to: first + index * Panels.floatWidth, pitch: pitch)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func weights(
    _ tap: (Int) -> Vector, _ half: UnsafeMutablePointer<Vector>, to u: UnsafeMutablePointer<Float>,
    pitch: Int
  ) {
    let side = Variant.side
    for j in 0..<3 { Variant.weight({ tap($0 * 3 + j) }, { half[$0 * 3 + j] = $1 }) }
    for i in 0..<side {
      let row = u + i * side * pitch
      Variant.weight({ half[i * 3 + $0] }, { store($1, row + $0 * pitch) })
    }
  }

  /// G' u G, the adjoint of `weights`, for a block of the kernels, or what is added to them; its points are the
  /// sums of `parts` stacks of matrices.
  @inline(__always)
  static func weightsAdjoint(
    _ u: UnsafePointer<Float>, pitch: Int, parts: Int = 1, _ g: WinogradGeometry, _ block: KernelBlocks.Block,
    adds: Bool, to w: UnsafeMutablePointer<Float>
  ) {
    let side = Variant.side
    let part = Variant.points * pitch
    TileSpace.with(Variant.points, of: Float.self) { half in
      for row in block.rows {
        for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: 16) {
          let place = (row - block.rows.lowerBound) * Panels.floatWidth + column - block.columns.lowerBound
          for j in 0..<side {
            Variant.weightAdjoint(
              { i in
                let first = u + ((i * side + j) * pitch + place)
                var sum: Vector = load(first)
                for other in stride(from: 1, to: parts, by: 1) { sum += load(first + other * part) }
                return sum
              }, { half[$0 * side + j] = $1 })
          }
          let target = w + (row * g.outChannels + column)
          for i in 0..<3 {
            Variant.weightAdjoint({ half[i * side + $0] }) {
              let tap = target + (i * 3 + $0) * g.weightCount
              store(adds ? load(tap) + $1 : $1, tap)
            }
          }
        }
      }
    }
  }
}
