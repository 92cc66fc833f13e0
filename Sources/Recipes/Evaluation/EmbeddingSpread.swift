import Foundation
import Ops

/// The spread of embeddings over the sphere, which reveals a collapse that the loss may hide.
///
/// Both numbers are computed on L2-normalized rows; zero rows are unchanged. Rows that are equal to the
/// precision of Float have a deviation of 0 and a rank of 0.
public struct EmbeddingSpread: Codable, Sendable, Equatable {
  /// The mean over the D columns of their standard deviations over the N rows (the root of the mean squared
  /// distance from the mean), times the root of D: 0 if all directions are equal, 1 if they are uniform on
  /// the sphere (Chen and He 2021, section 4.1).
  public let deviation: Double
  /// The effective rank: `exp(-sum of p[k] ln p[k])`, where `p` are the singular values of the centered rows,
  /// divided by their sum (Roy and Vetterli 2007; Garrido et al. 2023, who do not center). It is k for k
  /// directions of equal weight; weak directions count little.
  public let effectiveRank: Double
  /// The maximum rank for the given rows and columns, `min(N - 1, D)`.
  public let possibleRank: Int

  init(deviation: Double, effectiveRank: Double, possibleRank: Int) {
    (self.deviation, self.effectiveRank, self.possibleRank) = (deviation, effectiveRank, possibleRank)
  }

  /// Computes the spread of embeddings `[N, D]`, row-major; nil if one of them is not finite.
  ///
  /// - Parameters:
  ///   - rows: The embeddings, row by row.
  ///   - columns: The number of columns, D.
  public init?(of rows: [Float], columns: Int) {
    contract(
      columns > 0 && !rows.isEmpty && rows.count % columns == 0,
      "\(rows.count) numbers are no rows of \(columns)")
    guard rows.allSatisfy(\.isFinite) else { return nil }
    let count = rows.count / columns
    possibleRank = min(count - 1, columns)

    var directions = rows.map { Double($0) }
    var mean = [Double](repeating: 0, count: columns)
    for row in 0..<count {
      let range = row * columns..<(row + 1) * columns
      let length = directions[range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 0 { for place in range { directions[place] /= length } }
      for column in 0..<columns { mean[column] += directions[range.lowerBound + column] / Double(count) }
    }
    var variances = [Double](repeating: 0, count: columns)
    for place in directions.indices {
      directions[place] -= mean[place % columns]
      variances[place % columns] += directions[place] * directions[place] / Double(count)
    }
    let precision = Double(Float.ulpOfOne)
    guard variances.reduce(0, +) > precision * precision else {
      deviation = 0
      effectiveRank = 0
      return
    }
    deviation = variances.reduce(0) { $0 + $1.squareRoot() } / Double(columns).squareRoot()

    guard let values = singularValues(of: directions, rows: count, columns: columns) else { return nil }
    let sum = values.reduce(0, +)
    effectiveRank = exp(
      values.reduce(0) { entropy, value in
        let share = value / sum
        return share > 0 ? entropy - share * log(share) : entropy
      })
  }

  /// `rank 41 of 127`.
  var summary: String { String(format: "rank %.0f of %d", effectiveRank, possibleRank) }
}
