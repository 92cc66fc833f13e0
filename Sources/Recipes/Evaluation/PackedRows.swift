/// A matrix with rows padded by zeros to whole vectors of eight doubles.
struct PackedRows: Sendable {
  typealias Lanes = SIMD8<Double>

  let count: Int
  let lanesPerRow: Int
  private(set) var lanes: [Lanes]

  /// Creates a matrix of the given size; `value` returns the number at a row and a column.
  init(count: Int, columns: Int, value: (_ row: Int, _ column: Int) -> Double) {
    self.count = count
    lanesPerRow = (columns + Lanes.scalarCount - 1) / Lanes.scalarCount
    lanes = [Lanes](repeating: .zero, count: count * lanesPerRow)
    for row in 0..<count {
      for column in 0..<columns {
        let lane = row * lanesPerRow + column / Lanes.scalarCount
        lanes[lane][column % Lanes.scalarCount] = value(row, column)
      }
    }
  }

  /// Creates a matrix of features converted to doubles.
  init(_ features: Features) {
    let (values, dimensions) = (features.values, features.dimensions)
    self.init(count: features.count, columns: dimensions) { Double(values[$0 * dimensions + $1]) }
  }

  /// Creates a matrix of the given vectors.
  init(lanes: [Lanes], lanesPerRow: Int) {
    count = lanes.count / lanesPerRow
    self.lanesPerRow = lanesPerRow
    self.lanes = lanes
  }

  /// Returns the products of the rows from `row`, at most four, with every row of `others`: `[rows, others]`.
  ///
  /// Four at a time, so that each vector of `others` is loaded once for four products.
  func products(from row: Int, with others: PackedRows) -> [Double] {
    let rows = min(4, count - row)
    let starts = (0..<4).map { (row + min($0, rows - 1)) * lanesPerRow }
    let (first, second, third, fourth) = (starts[0], starts[1], starts[2], starts[3])
    var products = [Double](repeating: 0, count: rows * others.count)
    for other in 0..<others.count {
      var sums = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
      let start = other * lanesPerRow
      for lane in 0..<lanesPerRow {
        let value = others.lanes[start + lane]
        sums.0 += lanes[first + lane] * value
        sums.1 += lanes[second + lane] * value
        sums.2 += lanes[third + lane] * value
        sums.3 += lanes[fourth + lane] * value
      }
      for (index, sum) in [sums.0, sums.1, sums.2, sums.3].prefix(rows).enumerated() {
        products[index * others.count + other] = sum.sum()
      }
    }
    return products
  }

  /// Returns the products of one row with some rows of `others`.
  func products(of row: Int, with others: PackedRows, at places: ArraySlice<Int>) -> [Double] {
    let start = row * lanesPerRow
    return places.map { place in
      let other = place * lanesPerRow
      var sum = Lanes.zero
      for lane in 0..<lanesPerRow { sum += lanes[start + lane] * others.lanes[other + lane] }
      return sum.sum()
    }
  }

  /// Returns the L2-normalized rows; zero rows are unchanged.
  func normalized() -> PackedRows {
    var result = self
    for row in 0..<count {
      let range = row * lanesPerRow..<(row + 1) * lanesPerRow
      let length = lanes[range].reduce(0) { $0 + ($1 * $1).sum() }.squareRoot()
      if length > 0 { for lane in range { result.lanes[lane] /= length } }
    }
    return result
  }
}
