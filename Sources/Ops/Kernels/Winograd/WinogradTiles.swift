import OpenBLAS

/// The two-dimensional transforms of tiles, between images and the points at which matrices are multiplied.
///
/// Each works on sixteen channels at a time, first down the columns of a tile, then along its rows; the
/// intermediate tile is on the stack. The points are in more streams than hardware prefetchers track, so
/// those of the next tile, one panel width further, are prefetched.
struct WinogradTiles<Variant: WinogradVariant> {
  typealias Vector = Lanes<Float>

  // Returns the origin of tile `index` in an image plane divided into squares of m.
  @inline(__always)
  static func origin(_ tile: Int, rows: Int, columns: Int) -> (image: Int, y: Int, x: Int) {
    let perImage = rows * columns
    let rest = tile % perImage
    return (tile / perImage, rest / columns * Variant.outputs, rest % columns * Variant.outputs)
  }

  /// Computes B' d B for the tiles of `x`, `[N, H, W, C]`: point `p` of tile `t` is row `t - first` of the
  /// matrix `p` at `v`.
  @inline(__always)
  static func input(
    _ x: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, first firstTile: Int,
    to v: UnsafeMutablePointer<Float>, _ matrix: PackedPanels
  ) {
    let (taps, side) = (Variant.outputs + 2, Variant.side)
    let (rows, columns) = (g.tileRows(Variant.outputs), g.tileColumns(Variant.outputs))
    let (pitch, depth, ahead) = (matrix.pitch, g.channels, matrix.width)
    StackScratch.with(Variant.points, of: Float.self) { half in
      WindowPixels.with(side: taps, of: x, height: g.height, width: g.width, depth: depth) { window in
        for tile in tiles {
          let (image, y, column) = origin(tile, rows: rows, columns: columns)
          window.move(
            toImage: image, y - g.padding.0, column - g.padding.1, bottom: g.height, right: g.width)
          for channel in stride(from: 0, to: depth, by: 16) {
            let target = v + matrix.offset(tile &- firstTile, channel)
            for j in Variant.inputs {
              Variant.input({ window.load($0, j, channel) }, { half[$0 &* taps &+ j] = $1 })
              if j >= 2 {
                for i in 0..<taps { window.fetch(i, j, channel, ahead: Variant.outputs) }
              }
            }
            for i in 0..<side {
              let row = target + i &* side &* pitch
              Variant.input({ half[i &* taps &+ $0] }) {
                let place = row + $0 &* pitch
                loupe_prefetch_to_write(place + ahead)
                store($1, place)
              }
            }
          }
        }
      }
    }
  }

  /// Computes A' m A for tiles, where point `p` of tile `t` is row `t - first` of the matrix `p` at `m`, to
  /// rows of K outputs starting with row `firstRow` at `y`.
  @inline(__always)
  static func output(
    _ m: UnsafePointer<Float>, _ matrix: PackedPanels, _ g: WinogradGeometry, tiles: Range<Int>,
    first firstTile: Int,
    to y: UnsafeMutablePointer<Float>, firstRow: Int
  ) {
    let (side, outputs) = (Variant.side, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    let (pitch, depth, ahead) = (matrix.pitch, g.outChannels, matrix.width)
    let line = g.outWidth * depth
    StackScratch.with(Variant.points, of: Float.self) { half in
      for tile in tiles {
        let (image, y0, x0) = origin(tile, rows: rows, columns: columns)
        let (height, width) = (min(outputs, g.outHeight - y0), min(outputs, g.outWidth - x0))
        let target = y + ((image * g.outHeight + y0) * g.outWidth + x0 - firstRow) * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          let source = m + matrix.offset(tile &- firstTile, channel)
          for j in 0..<side {
            let point = source + j &* pitch
            Variant.output(
              {
                let place = point + $0 &* side &* pitch
                loupe_prefetch(place + ahead)
                return load(place)
              }, { half[$0 &* side &+ j] = $1 })
          }
          for i in 0..<height {
            let place = target + (i &* line &+ channel)
            Variant.output({ half[i &* side &+ $0] }) {
              if $0 < width {
                loupe_prefetch_to_write(place + ($0 &+ outputs) &* depth)
                store($1, place + $0 &* depth)
              }
            }
          }
        }
      }
    }
  }

  /// Computes A y A', the adjoint of `output`, for the tiles of `y`, `[N, H', W', K]`.
  @inline(__always)
  static func outputAdjoint(
    _ y: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, first firstTile: Int,
    to m: UnsafeMutablePointer<Float>, _ matrix: PackedPanels
  ) {
    let (side, outputs) = (Variant.side, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    let (pitch, depth, ahead) = (matrix.pitch, g.outChannels, matrix.width)
    StackScratch.with(Variant.points, of: Float.self) { half in
      WindowPixels.with(side: outputs, of: y, height: g.outHeight, width: g.outWidth, depth: depth) {
        window in
        for tile in tiles {
          let (image, line, column) = origin(tile, rows: rows, columns: columns)
          window.move(toImage: image, line, column, bottom: g.outHeight, right: g.outWidth)
          for channel in stride(from: 0, to: depth, by: 16) {
            let target = m + matrix.offset(tile &- firstTile, channel)
            for j in 0..<outputs {
              Variant.outputAdjoint({ window.load($0, j, channel) }, { half[$0 &* outputs &+ j] = $1 })
              for i in 0..<outputs { window.fetch(i, j, channel, ahead: outputs) }
            }
            for i in 0..<side {
              let row = target + i &* side &* pitch
              Variant.outputAdjoint({ half[i &* outputs &+ $0] }) {
                let place = row + $0 &* pitch
                loupe_prefetch_to_write(place + ahead)
                store($1, place)
              }
            }
          }
        }
      }
    }
  }

  /// Computes G g G' for a block of the kernels of `w`, `[3, 3, C, K]`: point `p` of kernel (c, k) is element
  /// (c, k) of the matrix `p`; `u` is the address of the block in the first matrix. Kernels of a transposed
  /// geometry are `[3, 3, K, C]` and rotated by 180 degrees.
  @inline(__always)
  static func weights(
    _ w: UnsafePointer<Float>, _ g: WinogradGeometry, _ block: KernelBlocks.Block,
    to u: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    if g.isTransposed { return transposedWeights(w, g, block, to: u, pitch: pitch) }
    let count = g.weightCount
    StackScratch.with(Variant.points, of: Float.self) { half in
      for row in block.rows {
        for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: 16) {
          let first = w + (row * g.outChannels + column)
          let place = (row - block.rows.lowerBound) * g.kernels.width + column - block.columns.lowerBound
          for tap in 0..<9 { loupe_prefetch(first + (tap &* count &+ 4 &* g.outChannels)) }
          weights({ load(first + $0 &* count) }, half, to: u + place, pitch: pitch)
        }
      }
    }
  }

  @inline(__always)
  private static func transposedWeights(
    _ w: UnsafePointer<Float>, _ g: WinogradGeometry, _ block: KernelBlocks.Block,
    to u: UnsafeMutablePointer<Float>, pitch: Int
  ) {
    StackScratch.with(Variant.points + 10 * 16, of: Float.self) { half in
      let (taps, spare) = (half + Variant.points, half + Variant.points + 9 * 16)
      for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: 16) {
        for row in stride(from: block.rows.lowerBound, to: block.rows.upperBound, by: 16) {
          for tap in 0..<9 {
            let target = taps + (8 - tap) * 16
            for index in 0..<16 {
              let place = w + (tap &* g.weightCount &+ (column &+ index) &* g.channels &+ row)
              loupe_prefetch(place + 16 &* g.channels)
              target[index] = load(place)
            }
            transpose(target, spare: spare)
          }
          let first =
            u + ((row - block.rows.lowerBound) * g.kernels.width + column - block.columns.lowerBound)
          for index in 0..<16 {
            weights({ taps[$0 * 16 + index] }, half, to: first + index * g.kernels.width, pitch: pitch)
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

  /// Computes G' u G, the adjoint of `weights`, for a block of the kernels, optionally accumulating; its
  /// points are the sums of `parts` stacks of matrices.
  @inline(__always)
  static func weightsAdjoint(
    _ u: UnsafePointer<Float>, pitch: Int, parts: Int = 1, _ g: WinogradGeometry, _ block: KernelBlocks.Block,
    adds: Bool, to w: UnsafeMutablePointer<Float>
  ) {
    let side = Variant.side
    let part = Variant.points * pitch
    StackScratch.with(Variant.points, of: Float.self) { half in
      for row in block.rows {
        for column in stride(from: block.columns.lowerBound, to: block.columns.upperBound, by: 16) {
          let place = (row - block.rows.lowerBound) * g.kernels.width + column - block.columns.lowerBound
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
              loupe_prefetch_to_write(tap + 4 &* g.outChannels)
              store(adds ? load(tap) + $1 : $1, tap)
            }
          }
        }
      }
    }
  }
}
