import Foundation
import Ops
import Recipes
import Testing

@Suite struct WeightedKNNTests {
  /// The definition, without blocks, vectors or care for overflow.
  private func reference(
    _ test: [[Float]], _ training: [[Float]], _ labels: [Int], classes: Int, k: Int, temperature: Double
  ) -> [Double] {
    func cosine(_ a: [Float], _ b: [Float]) -> Double {
      func dot(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      }
      return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    return test.flatMap { query in
      let nearest = training.indices.sorted { cosine(query, training[$0]) > cosine(query, training[$1]) }
        .prefix(k)
      var votes = [Double](repeating: 0, count: classes)
      for sample in nearest { votes[labels[sample]] += exp(cosine(query, training[sample]) / temperature) }
      return votes.map { $0 / votes.reduce(0, +) }
    }
  }

  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Float]] {
    var random = CounterGenerator(seed: seed)
    return (0..<rows).map { _ in (0..<columns).map { _ in Float(random.normal()) } }
  }

  @Test(arguments: [(1, 5, 3, 3), (7, 20, 8, 5), (9, 33, 17, 200), (4, 12, 1, 4)])
  func agreesWithTheDefinition(test: Int, training: Int, dimensions: Int, k: Int) throws {
    let queries = random(test, dimensions, seed: 1)
    let candidates = random(training, dimensions, seed: 2)
    let labels = (0..<training).map { $0 % 4 }
    let scores = try WeightedKNN(neighbors: k, temperature: 0.5).scores(
      for: Features(queries.flatMap(\.self), dimensions: dimensions),
      training: Features(candidates.flatMap(\.self), dimensions: dimensions), labels: labels, classes: 4)
    guard dimensions > 1 else {  // all similarities are 1 or -1: which neighbors vote is a matter of order
      #expect(scores.count == test * 4)
      return
    }
    let expected = reference(queries, candidates, labels, classes: 4, k: k, temperature: 0.5)
    #expect(scores.count == expected.count)
    for (score, expected) in zip(scores, expected) { #expect(abs(Double(score) - expected) < 1e-6) }
  }

  @Test func votesByHand() throws {
    // Similarities 1, 0 and -1 at temperature 1: e, 1 and 1/e of their sum.
    let training = try Features([2, 0, 0, 3, -4, 0], dimensions: 2)
    let scores = try WeightedKNN(temperature: 1).scores(
      for: Features([5, 0], dimensions: 2), training: training, labels: [0, 1, 1], classes: 3)
    let sum = exp(1.0) + 1 + exp(-1.0)
    #expect(abs(Double(scores[0]) - exp(1.0) / sum) < 1e-7)
    #expect(abs(Double(scores[1]) - (1 + exp(-1.0)) / sum) < 1e-7)
    #expect(scores[2] == 0)
  }

  @Test func toleratesSmallTemperaturesAndZeros() throws {
    let training = try Features([1, 0, 0, 1], dimensions: 2)
    let scores = try WeightedKNN(temperature: 1e-5).scores(
      for: Features([1, 0.1, 0, 0, 1e30, 1e30], dimensions: 2), training: training, labels: [0, 1], classes: 2
    )
    #expect(scores == [1, 0, 0.5, 0.5, 0.5, 0.5])
    let one = try WeightedKNN(neighbors: 1).scores(
      for: Features([1, 1], dimensions: 2), training: training, labels: [0, 1], classes: 2)
    #expect(one == [1, 0])
  }

  @Test func refusesWhatDoesNotFit() throws {
    func error(_ body: () throws -> Void) -> String? {
      #expect(throws: EvaluationError.self, performing: body)?.description
    }
    let training = try Features([1, 0, 0, 1], dimensions: 2)
    func scores(_ test: Features, _ training: Features, _ labels: [Int]) throws {
      _ = try WeightedKNN().scores(for: test, training: training, labels: labels, classes: 2)
      _ = try LinearProbe().scores(for: test, training: training, labels: labels, classes: 2)
    }
    #expect(
      error { try scores(training, training, [0]) }
        == "There should be 2 training labels, but there are 1: give one row or entry per sample.")
    #expect(error { try scores(training, training, [0, 2]) }?.hasPrefix("Sample 1 has the label 2") == true)
    #expect(
      error { try scores(Features([1, 2, 3], dimensions: 3), training, [0, 1]) }
        == "The test features have 3 dimensions and the training features 2: take both from the same encoder."
    )
    #expect(
      error { try scores(training, Features([], dimensions: 2), []) }
        == "There are no training features, so there is nothing to evaluate: check the split and the "
        + "manifest it came from.")
    #expect(
      error { _ = try Features([1, 2, 3], dimensions: 2) }
        == "3 feature values do not fill rows of 2: give the number of features of a sample, or look for the "
        + "sample that was cut off.")
    #expect(
      error { _ = try Features([1, 2, 3, .nan], dimensions: 2) }
        == "Feature 1 of sample 1 is not a finite number: the encoder has probably diverged; go back to an "
        + "earlier checkpoint or lower the learning rate.")
  }
}
