import Foundation
import Ops
import Recipes
import Testing

@Suite struct LinearProbeTests {
  /// Points about a center per class.
  private func blobs(_ samples: Int, dimensions: Int, classes: Int, spread: Double, seed: UInt64) -> [Float] {
    var random = CounterGenerator(seed: 99)
    let centers = (0..<classes * dimensions).map { _ in random.normal() }
    random = CounterGenerator(seed: seed)
    return (0..<samples * dimensions).map {
      Float(centers[$0 / dimensions % classes * dimensions + $0 % dimensions] + spread * random.normal())
    }
  }

  /// Plain gradient descent on the same objective, over features that are standardized already.
  private func descent(_ x: [[Double]], _ labels: [Int], classes: Int, l2: Double) -> ([Double]) -> [Double] {
    let dimensions = x[0].count
    var weights = [[Double]](repeating: [Double](repeating: 0, count: dimensions + 1), count: classes)
    func probabilities(_ x: [Double]) -> [Double] {
      let exponentials = weights.map { w in exp(zip(w, x + [1]).reduce(0) { $0 + $1.0 * $1.1 }) }
      return exponentials.map { $0 / exponentials.reduce(0, +) }
    }
    for _ in 0..<4000 {
      var gradient = weights.map { $0.dropLast().map { $0 * l2 } + [0] }
      for (x, label) in zip(x, labels) {
        for (k, p) in probabilities(x).enumerated() {
          let residual = (p - (k == label ? 1 : 0)) / Double(labels.count)
          for (j, x) in (x + [1]).enumerated() { gradient[k][j] += residual * x }
        }
      }
      for k in 0..<classes { for j in 0...dimensions { weights[k][j] -= 0.5 * gradient[k][j] } }
    }
    return probabilities
  }

  @Test func findsTheOptimum() throws {
    let (n, dimensions, classes) = (30, 3, 3)
    let values = blobs(n, dimensions: dimensions, classes: classes, spread: 1.5, seed: 1)
    let labels = (0..<n).map { $0 % classes }
    let features = try Features(values, dimensions: dimensions)
    let scores = try LinearProbe(l2: 0.05).scores(
      for: features, training: features, labels: labels, classes: classes)

    var x = (0..<n).map { row in (0..<dimensions).map { Double(values[row * dimensions + $0]) } }
    for j in 0..<dimensions {
      let mean = x.reduce(0) { $0 + $1[j] } / Double(n)
      let deviation = (x.reduce(0) { $0 + ($1[j] - mean) * ($1[j] - mean) } / Double(n)).squareRoot()
      for row in 0..<n { x[row][j] = (x[row][j] - mean) / deviation }
    }
    let probabilities = descent(x, labels, classes: classes, l2: 0.05)
    for (score, expected) in zip(scores, x.flatMap(probabilities)) {
      #expect(abs(Double(score) - expected) < 1e-4)
    }
  }

  @Test func generalisesToTestSamples() throws {
    let (classes, dimensions) = (26, 64)
    let training = try Features(
      blobs(260, dimensions: dimensions, classes: classes, spread: 1, seed: 2), dimensions: dimensions)
    let test = try Features(
      blobs(130, dimensions: dimensions, classes: classes, spread: 1, seed: 3), dimensions: dimensions)
    func scores() throws -> [Float] {
      try LinearProbe().scores(
        for: test, training: training, labels: (0..<260).map { $0 % classes }, classes: classes)
    }
    let first = try scores()
    #expect(first == (try scores()))
    let labels = (0..<130).map { $0 % classes }
    let predictions = try Predictions(
      scores: first, classes: classes, labels: labels, patients: labels.map { "\($0)" })
    #expect((TopAccuracy(predictions, k: 1).value ?? 0) > 0.95)
  }

  @Test func ignoresConstantFeaturesAndUnits() throws {
    let values = blobs(24, dimensions: 2, classes: 2, spread: 1, seed: 4)
    let labels = (0..<24).map { $0 % 2 }
    func scores(_ values: [Float], dimensions: Int) throws -> [Float] {
      let features = try Features(values, dimensions: dimensions)
      return try LinearProbe().scores(for: features, training: features, labels: labels, classes: 2)
    }
    let plain = try scores(values, dimensions: 2)
    let dressing: [[Float]] = (0..<24).map { [0.1, values[2 * $0] * 1000 + 5, values[2 * $0 + 1]] }
    let dressed = try scores(dressing.flatMap(\.self), dimensions: 3)
    for (a, b) in zip(plain, dressed) { #expect(abs(a - b) < 1e-4) }
  }

  @Test func classesWithoutSamplesGetNothing() throws {
    let features = try Features([0, 1, 2, 3], dimensions: 1)
    let scores = try LinearProbe().scores(
      for: features, training: features, labels: [1, 1, 3, 3], classes: 5)
    for row in 0..<4 {
      #expect([0, 2, 4].allSatisfy { scores[row * 5 + $0] == 0 })
      #expect(abs(scores[row * 5 + 1] + scores[row * 5 + 3] - 1) < 1e-6)
    }
    #expect(scores[1] > 0.9 && scores[18] > 0.9)
    let alone = try LinearProbe().scores(for: features, training: features, labels: [2, 2, 2, 2], classes: 3)
    #expect(alone == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1])
  }
}
