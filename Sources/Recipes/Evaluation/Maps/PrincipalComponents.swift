import Ops

/// The first two principal components of rows, by power iteration.
struct PrincipalComponents {
  /// The coordinates of each row.
  let scores: [SIMD2<Double>]

  private static let iterations = 100
  private static let block = 256

  init(of rows: Features, workers: Workers) {
    let (count, columns) = (rows.count, rows.dimensions)
    guard count > 1 else {
      scores = [SIMD2<Double>](repeating: .zero, count: count)
      return
    }
    var mean = [Double](repeating: 0, count: columns)
    for place in rows.values.indices { mean[place % columns] += Double(rows.values[place]) / Double(count) }

    /// Returns the products of the centered rows with two directions.
    func products(_ axes: [SIMD2<Double>]) -> [SIMD2<Double>] {
      let shift = zip(axes, mean).reduce(SIMD2<Double>.zero) { $0 + $1.0 * $1.1 }
      let blocks = workers.results(pieces(of: PrincipalComponents.block, in: count)) { index in
        piece(index, of: PrincipalComponents.block, in: count).map { row in
          var sum = -shift
          for column in 0..<columns { sum += Double(rows.values[row * columns + column]) * axes[column] }
          return sum
        }
      }
      return blocks.flatMap { $0 }
    }

    var generator = CounterGenerator(seed: 0, name: "principal components")
    var axes = (0..<columns).map { _ in SIMD2(generator.normal(), generator.normal()) }
    axes.orthonormalize()
    for _ in 0..<PrincipalComponents.iterations {
      let scores = products(axes)
      let blocks = workers.results(pieces(of: PrincipalComponents.block, in: count)) { index in
        var sums = [SIMD2<Double>](repeating: .zero, count: columns)
        for row in piece(index, of: PrincipalComponents.block, in: count) {
          for column in 0..<columns {
            sums[column] += Double(rows.values[row * columns + column]) * scores[row]
          }
        }
        return sums
      }
      // The mean's part is zero, as centered scores sum to zero.
      var next = [SIMD2<Double>](repeating: .zero, count: columns)
      for sums in blocks { for column in 0..<columns { next[column] += sums[column] } }
      axes = next
      axes.orthonormalize()
    }
    scores = products(axes)
  }
}

extension [SIMD2<Double>] {
  /// Makes two columns orthogonal and of length 1; a column without another direction becomes zero.
  fileprivate mutating func orthonormalize() {
    func scale(_ length: Double) -> Double { length > 1e-150 ? 1 / length : 0 }
    let first = scale(reduce(0) { $0 + $1.x * $1.x }.squareRoot())
    for place in indices { self[place].x *= first }
    let shared = reduce(0) { $0 + $1.x * $1.y }
    for place in indices { self[place].y -= shared * self[place].x }
    let second = scale(reduce(0) { $0 + $1.y * $1.y }.squareRoot())
    for place in indices { self[place].y *= second }
  }
}
