import Foundation
import Recipes
import Testing

struct EmbeddingSpreadTests {
  private struct Case: Decodable {
    let columns: Int
    let rows: [Float]
    let deviation: Double, rank: Double
  }

  /// Rows that have `scale` at one column and 0 elsewhere.
  private func axes(_ places: [(column: Int, scale: Float)], columns: Int) -> [Float] {
    var rows = [Float](repeating: 0, count: places.count * columns)
    for (row, place) in places.enumerated() { rows[row * columns + place.column] = place.scale }
    return rows
  }

  @Test(arguments: [1, 2, 9])
  func equalRowsHaveNone(rows: Int) throws {
    let row: [Float] = [0.3, -1.7, 2.1, 0.9, 1e-3]
    // As directions they are equal whatever their lengths.
    var all: [Float] = []
    for length in 0..<rows { all += row.map { $0 * Float(1 + length) } }
    let spread = try #require(EmbeddingSpread(of: all, columns: 5))
    #expect(spread.deviation == 0 && spread.effectiveRank == 0)
    #expect(spread.possibleRank == min(rows - 1, 5))
    let zeros = try #require(EmbeddingSpread(of: all.map { $0 * 0 }, columns: 5))
    #expect(zeros.deviation == 0 && zeros.effectiveRank == 0)
  }

  @Test func orthogonalDirectionsHaveTheFullRank() throws {
    // Every axis both ways, at different lengths: their mean is 0.
    var both: [(column: Int, scale: Float)] = []
    for axis in 0..<6 { both += [(column: axis, scale: Float(axis + 1)), (column: axis, scale: -3)] }
    let spread = try #require(EmbeddingSpread(of: axes(both, columns: 6), columns: 6))
    #expect(abs(spread.deviation - 1) < 1e-12)
    #expect(abs(spread.effectiveRank - 6) < 1e-9 && spread.possibleRank == 6)
    // One way only, the mean takes a direction away.
    let oneWay = try #require(EmbeddingSpread(of: axes((0..<6).map { ($0, 2) }, columns: 6), columns: 6))
    #expect(abs(oneWay.deviation - (5.0 / 6).squareRoot()) < 1e-12)
    #expect(abs(oneWay.effectiveRank - 5) < 1e-9 && oneWay.possibleRank == 5)
  }

  @Test func aPlaneHasRankTwo() throws {
    // Sixteen directions around a circle in the plane of two orthogonal vectors of eight columns.
    var rows: [Float] = []
    for row in 0..<16 {
      let angle = Float(row) * .pi / 8
      rows += [Float](repeating: 3 * cos(angle), count: 4)
      rows += [Float](repeating: 3 * sin(angle), count: 4)
    }
    let spread = try #require(EmbeddingSpread(of: rows, columns: 8))
    #expect(abs(spread.effectiveRank - 2) < 1e-6 && spread.possibleRank == 8)
    #expect(abs(spread.deviation - 1) < 1e-6)
  }

  @Test func unequalDirectionsCountByTheirSingularValues() throws {
    // Axes both ways 1, 4 and 9 times: singular values in the proportion 1 : 2 : 3.
    let times = [1, 4, 9]
    var places: [(column: Int, scale: Float)] = []
    for (axis, count) in times.enumerated() {
      for _ in 0..<count { places += [(column: axis, scale: 1), (column: axis, scale: -1)] }
    }
    let spread = try #require(EmbeddingSpread(of: axes(places, columns: 5), columns: 5))
    let shares: [Double] = [1.0 / 6, 2.0 / 6, 3.0 / 6]
    let entropy: Double = shares.reduce(0) { $0 - $1 * log($1) }
    #expect(abs(spread.effectiveRank - exp(entropy)) < 1e-9)
    // The variances are 1, 4 and 9 fourteenths, those of the other two columns 0.
    let deviation: Double = (1 + 2 + 3) / 14.0.squareRoot() / 5.0.squareRoot()
    #expect(abs(spread.deviation - deviation) < 1e-12)
  }

  @Test func agreesWithNumPy() throws {
    let url = Bundle.module.url(forResource: "spreads", withExtension: "json", subdirectory: "Fixtures")
    let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: #require(url)))
    #expect(cases.count == 3)
    for (name, known) in cases {
      let spread = try #require(EmbeddingSpread(of: known.rows, columns: known.columns), "\(name)")
      #expect(abs(spread.deviation - known.deviation) < 1e-9, "\(name)")
      #expect(abs(spread.effectiveRank - known.rank) < 1e-6, "\(name)")
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func whatIsNotFiniteHasNoSpread(value: Float) {
    var rows = (0..<32).map { Float($0 % 7) }
    rows[13] = value
    #expect(EmbeddingSpread(of: rows, columns: 4) == nil)
  }

  @Test func largeNumbersDoNotOverflow() throws {
    let huge = axes((0..<4).map { ($0, Float.greatestFiniteMagnitude) }, columns: 4)
    let spread = try #require(EmbeddingSpread(of: huge, columns: 4))
    #expect(abs(spread.effectiveRank - 3) < 1e-9)
  }
}
