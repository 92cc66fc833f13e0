import Foundation

/// The symmetric affinities of t-SNE as a sparse matrix: each row's neighbors with the weights of a Gaussian,
/// whose width gives every row the same perplexity. They sum to 1.
struct Affinities: Sendable {
  /// The columns of the entries, row by row, ascending in each.
  private(set) var others: [Int] = []
  private(set) var values: [Double] = []
  private var starts: [Int] = [0]

  init(_ nearest: NearestRows, perplexity: Double) {
    let count = nearest.neighbors.count
    var rows = [[(other: Int, value: Double)]](repeating: [], count: count)
    for (row, neighbors) in nearest.neighbors.enumerated() {
      let weights = Affinities.weights(
        neighbors.map { 2 - 2 * Double($0.similarity) }, perplexity: perplexity)
      for (neighbor, weight) in zip(neighbors, weights) {
        rows[row].append((neighbor.row, weight))
        rows[neighbor.row].append((row, weight))
      }
    }
    for row in rows {
      for (other, value) in row.sorted(by: { ($0.other, $0.value) < ($1.other, $1.value) }) {
        if others.count > starts[starts.count - 1], others.last == other {
          values[values.count - 1] += value / Double(2 * count)
        } else {
          others.append(other)
          values.append(value / Double(2 * count))
        }
      }
      starts.append(others.count)
    }
  }

  /// Returns the entries of a row.
  func range(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  /// Returns the weights of neighbors at the given squared distances, which sum to 1 and have an entropy of
  /// the logarithm of the perplexity: by bisection on the Gaussian's precision.
  static func weights(_ distances: [Double], perplexity: Double) -> [Double] {
    guard let nearest = distances.min() else { return [] }
    var (precision, low, high) = (1.0, 0.0, Double.infinity)
    var weights: [Double] = []
    for _ in 0..<100 {
      weights = distances.map { exp(-precision * ($0 - nearest)) }
      let sum = weights.reduce(0, +)
      for place in weights.indices { weights[place] /= sum }
      let entropy = -weights.reduce(0) { $1 > 0 ? $0 + $1 * log($1) : $0 }
      let excess = entropy - log(perplexity)
      if abs(excess) < 1e-5 { break }
      if excess > 0 { low = precision } else { high = precision }
      precision = high == .infinity ? precision * 2 : (low + high) / 2
    }
    return weights
  }
}
