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

  /// B' d B for the tiles of `x`, `[N, H, W, C]`: point `p` of tile `t` goes to `v + p * pitch + t * C`.
  @inline(__always)
  static func input(
    _ x: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, to v: UnsafeMutablePointer<Float>,
    pitch: Int
  ) {
    let (taps, side) = (Variant.outputs + 2, Variant.side)
    let (rows, columns) = (g.tileRows(Variant.outputs), g.tileColumns(Variant.outputs))
    let (line, depth) = (g.width * g.channels, g.channels)
    TileSpace.with(Variant.points) { half in
      for tile in tiles {
        let (image, y, column) = origin(tile, rows: rows, columns: columns)
        let (y0, x0) = (y - g.padding.0, column - g.padding.1)
        let isInside = y0 >= 0 && x0 >= 0 && y0 + taps <= g.height && x0 + taps <= g.width
        let first = x + ((image * g.height + y0) * g.width + x0) * depth
        let target = v + (tile - tiles.lowerBound) * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          let at = first + channel
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
            let row = target + (i * side * pitch + channel)
            Variant.input({ half[i * taps + $0] }, { store($1, row + $0 * pitch) })
          }
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
    let (side, outputs) = (Variant.side, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    let depth = g.outChannels
    TileSpace.with(Variant.points) { half in
      for tile in tiles {
        let (image, line, column) = origin(tile, rows: rows, columns: columns)
        let source = m + (tile - tiles.lowerBound) * depth
        let (height, width) = (min(outputs, g.outHeight - line), min(outputs, g.outWidth - column))
        let row = (image * g.outHeight + line) * g.outWidth + column - firstRow
        let target = y + row * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          for j in 0..<side {
            let point = source + (j * pitch + channel)
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
    _ y: UnsafePointer<Float>, _ g: WinogradGeometry, tiles: Range<Int>, to m: UnsafeMutablePointer<Float>,
    pitch: Int
  ) {
    let (side, outputs) = (Variant.side, Variant.outputs)
    let (rows, columns) = (g.tileRows(outputs), g.tileColumns(outputs))
    let depth = g.outChannels
    TileSpace.with(Variant.points) { half in
      for tile in tiles {
        let (image, line, column) = origin(tile, rows: rows, columns: columns)
        let (height, width) = (min(outputs, g.outHeight - line), min(outputs, g.outWidth - column))
        let first = y + ((image * g.outHeight + line) * g.outWidth + column) * depth
        let target = m + (tile - tiles.lowerBound) * depth
        for channel in stride(from: 0, to: depth, by: 16) {
          let at = first + channel
          for j in 0..<outputs {
            Variant.outputAdjoint(
              { i in
                i < height && j < width
                  ? load(at + (i * g.outWidth + j) * depth) : Vector(repeating: 0)
              }, { half[$0 * outputs + j] = $1 })
          }
          for i in 0..<side {
            let row = target + (i * side * pitch + channel)
            Variant.outputAdjoint({ half[i * outputs + $0] }, { store($1, row + $0 * pitch) })
          }
        }
      }
    }
  }

  /// G g G' for a range of the `count` kernels of `w`, `[3, 3, count]`, turned around on demand: point `p` goes to
  /// `u + p * count`.
  @inline(__always)
  static func weights(
    _ w: UnsafePointer<Float>, count: Int, range: Range<Int>, isTurned: Bool,
    to u: UnsafeMutablePointer<Float>
  ) {
    // Turned around, tap i is tap 8 - i.
    let (first, step) = isTurned ? (w + 8 * count, -count) : (w, count)
    TileSpace.with(Variant.points) { half in
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        weights({ load(first + ($0 * step + index)) }, half, to: u + index, pitch: count)
      }
    }
  }

  /// The same of kernels turned around and transposed: `w` is `[3, 3, C, K]`, and point `p`
  /// of kernel (c, k) goes to `u + p * C * K + k * C + c`. The range is one of blocks of 16 x 16 kernels.
  @inline(__always)
  static func transposedWeights(
    _ w: UnsafePointer<Float>, rows: Int, columns: Int, blocks: Range<Int>, to u: UnsafeMutablePointer<Float>
  ) {
    let count = rows * columns
    let blocksPerRow = columns / 16
    TileSpace.with(Variant.points + 10 * 16) { half in
      let (taps, spare) = (half + Variant.points, half + Variant.points + 9 * 16)
      for block in blocks {
        let (row, column) = (block / blocksPerRow * 16, block % blocksPerRow * 16)
        for tap in 0..<9 {
          let target = taps + (8 - tap) * 16
          for index in 0..<16 {
            target[index] = load(w + (tap * count + (row + index) * columns + column))
          }
          transpose(target, spare: spare)
        }
        for index in 0..<16 {
          weights({ taps[$0 * 16 + index] }, half, to: u + ((column + index) * rows + row), pitch: count)
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

  // Sixteen vectors as a matrix: parting its even elements from its odd ones four times transposes it.
  @inline(__always)
  private static func transpose(_ rows: UnsafeMutablePointer<Vector>, spare: UnsafeMutablePointer<Vector>) {
    for pass in 0..<4 {
      let (source, target) = pass % 2 == 0 ? (rows, spare) : (spare, rows)
      for i in 0..<8 {
        let (a, b) = (source[2 * i], source[2 * i + 1])
        target[i] = Vector(lowHalf: a.evenHalf, highHalf: b.evenHalf)
        target[i + 8] = Vector(lowHalf: a.oddHalf, highHalf: b.oddHalf)
      }
    }
  }

  /// G' u G, the adjoint of `weights`, for a range of the `count` kernels; `u` is the sum of `parts` stacks of points.
  @inline(__always)
  static func weightsAdjoint(
    _ u: UnsafePointer<Float>, parts: Int, count: Int, range: Range<Int>, to w: UnsafeMutablePointer<Float>
  ) {
    let side = Variant.side
    let part = Variant.points * count
    TileSpace.with(Variant.points) { half in
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        for j in 0..<side {
          Variant.weightAdjoint(
            { i in
              let first = u + ((i * side + j) * count + index)
              var sum: Vector = load(first)
              for other in stride(from: 1, to: parts, by: 1) { sum += load(first + other * part) }
              return sum
            }, { half[$0 * side + j] = $1 })
        }
        for i in 0..<3 {
          Variant.weightAdjoint(
            { half[i * side + $0] }, { store($1, w + ((i * 3 + $0) * count + index)) })
        }
      }
    }
  }
}
