/// The cosine distances between rows of features: `(1 - cos) / 2`, from 0 for equal directions to 1 for
/// opposite ones. A row of zeros has a distance of one half to every row.
struct CosineDistances: Sendable {
  private let rows: PackedRows

  init(_ features: Features) { rows = PackedRows(features).normalized() }

  /// The number of rows.
  var count: Int { rows.count }

  /// The number of rows that ``block(from:)`` returns.
  static let blockRows = 4

  /// Returns the distances of the rows from `row`, at most four, to all: `[rows, count]`.
  func block(from row: Int) -> [Double] {
    rows.products(from: row, with: rows).map(CosineDistances.distance)
  }

  /// Returns the distances of a row to some others.
  func distances(of row: Int, to others: ArraySlice<Int>) -> [Double] {
    rows.products(of: row, with: rows, at: others).map(CosineDistances.distance)
  }

  // What is smaller than the rounding of a product is 0, so that equal rows have no random distance.
  private static func distance(_ cosine: Double) -> Double {
    let distance = min(max((1 - cosine) / 2, 0), 1)
    return distance < 0x1p-48 ? 0 : distance
  }
}
