import Foundation
import Ops
@testable import Recipes
import TestSupport
import Testing

struct EmbeddingMapTests {
  /// Rows of random numbers around a few centers.
  static func clusters(_ count: Int, columns: Int, seed: UInt64 = 1) throws -> Features {
    var generator = CounterGenerator(seed: seed)
    let centers = (0..<(5 * columns)).map { _ in generator.normal() }
    let values = (0..<(count * columns)).map { place in
      Float(centers[place / columns % 5 * columns + place % columns] + 0.5 * generator.normal())
    }
    return try Features(values, dimensions: columns)
  }

  /// At least as many neighbors as in the maps of scikit-learn, less two in a hundred.
  @Test func keepsNeighborsAsWellAsScikitLearn() throws {
    let fixture = try MapFixture.load()
    let features = try fixture.features
    let map = EmbeddingMap(of: features, workers: Workers(count: 2))
    let own = NeighborPreservation(map.points, of: features.normalizedRows)
    let theirs = try #require(fixture.scores["t-SNE"])
    #expect(own.trustworthiness >= theirs.trustworthiness - 0.02)
    #expect(own.recall >= theirs.recall - 0.02)
    let components = try #require(fixture.scores["principal components"])
    #expect(own.recall > components.recall + 0.2)
  }

  /// The measure itself is scikit-learn's.
  @Test func measuresPreservationAsScikitLearnDoes() throws {
    let fixture = try MapFixture.load()
    let own = NeighborPreservation(
      fixture.tSNE.map { SIMD2($0[0], $0[1]) }, of: try fixture.features.normalizedRows)
    let theirs = try #require(fixture.scores["t-SNE"])
    #expect(abs(own.trustworthiness - theirs.trustworthiness) < 1e-4)
    #expect(abs(own.recall - theirs.recall) < 1e-3)
  }

  @Test func sameBitsForAnyNumberOfThreads() throws {
    let features = try EmbeddingMapTests.clusters(700, columns: 12)
    let maps = [1, 3].map { EmbeddingMap(of: features, iterations: 300, workers: Workers(count: $0)) }
    #expect(maps[0] == maps[1])
    #expect(maps[0].points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
  }

  @Test(arguments: [1, 2, 3, 4, 10]) func mapsFewSamples(_ count: Int) throws {
    let map = EmbeddingMap(of: try EmbeddingMapTests.clusters(count, columns: 3))
    #expect(map.points.count == count)
    #expect(map.points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
    #expect(Set(map.points).count == count)
  }

  /// An encoder that has collapsed has one place for all, and no number that is none.
  @Test(arguments: [Float(0), 1]) func mapsEqualSamples(_ value: Float) throws {
    let map = EmbeddingMap(of: try Features([Float](repeating: value, count: 200), dimensions: 4))
    #expect(map.points.count == 50)
    #expect(map.points.allSatisfy { $0.x.isFinite && $0.y.isFinite })
  }

  /// The gradient of the Kullback-Leibler divergence, by central differences.
  @Test func gradientIsThatOfTheDivergence() throws {
    let workers = Workers(count: 1)
    let rows = try EmbeddingMapTests.clusters(40, columns: 5).normalized()
    let affinities = Affinities(
      NearestRows(12, of: rows, in: rows, workers: workers) { $0 != $1 }, perplexity: 4)
    var generator = CounterGenerator(seed: 2)
    var points = (0..<40).map { _ in SIMD2(generator.normal(), generator.normal()) }
    func divergence() -> Double {
      func similarity(_ a: Int, _ b: Int) -> Double {
        let offset = points[a] - points[b]
        return 1 / (1 + (offset * offset).sum())
      }
      var sum = 0.0
      for a in points.indices { for b in points.indices where a != b { sum += similarity(a, b) } }
      return points.indices.reduce(0) { total, a in
        affinities.range(of: a).reduce(total) {
          let value = affinities.values[$1]
          return $0 + value * log(value / (similarity(a, affinities.others[$1]) / sum))
        }
      }
    }
    let gradient = MapDescent.gradient(
      at: points, affinities, exaggeration: 1, opening: 0, workers: workers)
    for place in [0, 7, 39] {
      for axis in 0..<2 {
        let start = points[place][axis]
        points[place][axis] = start + 1e-5
        let after = divergence()
        points[place][axis] = start - 1e-5
        let before = divergence()
        points[place][axis] = start
        #expect(abs((after - before) / 2e-5 - gradient[place][axis]) < 1e-8)
      }
    }
  }

  /// Cells of points stand for their points.
  @Test func cellsApproximateTheirPoints() throws {
    var generator = CounterGenerator(seed: 3)
    var points = (0..<2000).map { _ in 20 * SIMD2(generator.normal(), generator.normal()) }
    points[7] = points[8]  // two in one place
    let tree = QuadTree(points)
    #expect(tree.order.sorted() == Array(points.indices))
    for place in [0, 7, 1234] {
      var (similarity, force) = (0.0, SIMD2<Double>.zero)
      for other in points.indices where other != place {
        let offset = points[place] - points[other]
        let own = 1 / (1 + (offset * offset).sum())
        similarity += own
        force += own * own * offset
      }
      let exact = tree.repulsion(of: points[place], opening: 0)
      #expect(abs(exact.similarity - similarity) < 1e-9 * similarity)
      #expect(abs(exact.force.x - force.x) + abs(exact.force.y - force.y) < 1e-9)
      let near = tree.repulsion(of: points[place], opening: 0.5)
      #expect(abs(near.similarity - similarity) < 0.02 * similarity)
      #expect(near.similarity != similarity)
    }
  }

  @Test func weightsHaveThePerplexity() {
    var generator = CounterGenerator(seed: 4)
    let distances = (0..<90).map { _ in generator.uniform() }
    let weights = Affinities.weights(distances, perplexity: 30)
    let entropy = -weights.reduce(0) { $0 + $1 * log($1) }
    #expect(abs(exp(entropy) - 30) < 0.01)
    #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
  }

  @Test func affinitiesAreSymmetricAndSumToOne() throws {
    let rows = try EmbeddingMapTests.clusters(60, columns: 5).normalized()
    let nearest = NearestRows(9, of: rows, in: rows, workers: Workers(count: 2)) { $0 != $1 }
    let affinities = Affinities(nearest, perplexity: 3)
    #expect(abs(affinities.values.reduce(0, +) - 1) < 1e-12)
    for row in 0..<60 {
      for entry in affinities.range(of: row) {
        let other = affinities.others[entry]
        let opposite = affinities.range(of: other).first { affinities.others[$0] == row }
        #expect(opposite.map { abs(affinities.values[$0] - affinities.values[entry]) < 1e-15 } == true)
      }
    }
  }

  /// The variances of the components are scikit-learn's.
  @Test func componentsAreThePrincipalOnes() throws {
    let fixture = try MapFixture.load()
    let scores = PrincipalComponents(of: try fixture.features.normalized(), workers: Workers(count: 2)).scores
    let count = Double(scores.count)
    let mean = scores.reduce(.zero, +) / count
    let variance = scores.reduce(SIMD2<Double>.zero) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    #expect(abs(mean.x) + abs(mean.y) < 1e-9)
    #expect(abs(variance.x / fixture.variances[0] - 1) < 1e-3)
    #expect(abs(variance.y / fixture.variances[1] - 1) < 1e-2)
  }
}
