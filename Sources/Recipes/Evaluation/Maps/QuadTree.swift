/// The cells of points in the plane, each in quarters until few points are left (Barnes and Hut 1986).
struct QuadTree: Sendable {
  /// A cell. Cells are in depth-first order.
  private struct Cell {
    /// The mean of its points.
    var center: SIMD2<Double>
    let squaredSide: Double
    /// Its points, as places in the order.
    let points: Range<Int>
    let isLeaf: Bool
    /// The first cell that is not in it.
    var next = 0
  }

  /// The indices of the points in the order of the tree.
  let order: [Int]
  private let points: [SIMD2<Double>]
  private var cells: [Cell] = []

  private static let levels = 19
  private static let leaf = 12

  init(_ points: [SIMD2<Double>]) {
    contract(points.count < 1 << 24, "a map has at most \(1 << 24) points")
    let low = points.reduce(points.first ?? .zero) { pointwiseMin($0, $1) }
    let high = points.reduce(points.first ?? .zero) { pointwiseMax($0, $1) }
    let side = max((high - low).max(), .leastNormalMagnitude)
    let cellsPerSide = Double(1 << QuadTree.levels)
    // The digits of base 4 of a code are the quarters from the largest to the smallest.
    let codes = points.enumerated().map { index, point in
      let place = pointwiseMin((point - low) / side * cellsPerSide, SIMD2(repeating: cellsPerSide - 1))
      let code = QuadTree.spread(UInt64(place.x)) << 1 | QuadTree.spread(UInt64(place.y))
      return code << 24 | UInt64(index)
    }.sorted()
    let order = codes.map { Int($0 & 0xFF_FFFF) }
    self.order = order
    self.points = order.map { points[$0] }
    add(0..<points.count, codes, level: 0, side: side)
  }

  /// Returns the bits of a number with a zero before each.
  private static func spread(_ number: UInt64) -> UInt64 {
    var bits = number & 0xFFFF_FFFF
    bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
    bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
    bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333
    return (bits | bits << 1) & 0x5555_5555_5555_5555
  }

  private mutating func add(_ range: Range<Int>, _ codes: [UInt64], level: Int, side: Double) {
    if range.isEmpty { return }
    let own = cells.count
    let isLeaf = range.count <= QuadTree.leaf || level == QuadTree.levels
    let sum = range.reduce(SIMD2<Double>.zero) { $0 + points[$1] }
    cells.append(
      Cell(center: sum / Double(range.count), squaredSide: side * side, points: range, isLeaf: isLeaf))
    if !isLeaf {
      let shift = UInt64(24 + 2 * (QuadTree.levels - 1 - level))
      var start = range.lowerBound
      while start < range.upperBound {
        let quarter = codes[start] >> shift
        var end = start + 1
        while end < range.upperBound, codes[end] >> shift == quarter { end += 1 }
        add(start..<end, codes, level: level + 1, side: side / 2)
        start = end
      }
    }
    cells[own].next = cells.count
  }

  /// Returns, summed over all other points, the similarity `1 / (1 + d^2)` to a point of the tree, and the
  /// force: the square of the similarity times the offset.
  func repulsion(of point: SIMD2<Double>, opening: Double) -> (similarity: Double, force: SIMD2<Double>) {
    var (similarity, force) = (0.0, SIMD2<Double>.zero)
    var index = 0
    while index < cells.count {
      let cell = cells[index]
      let offset = point - cell.center
      let distance = (offset * offset).sum()
      if cell.squaredSide < opening * opening * distance {
        let own = 1 / (1 + distance)
        similarity += Double(cell.points.count) * own
        force += Double(cell.points.count) * own * own * offset
      } else if cell.isLeaf {
        for place in cell.points {
          let offset = point - points[place]
          let own = 1 / (1 + (offset * offset).sum())
          similarity += own
          force += own * own * offset
        }
      } else {
        index += 1
        continue
      }
      index = cell.next
    }
    return (similarity - 1, force)
  }
}
