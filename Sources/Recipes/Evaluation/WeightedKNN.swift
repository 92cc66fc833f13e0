import Foundation
import Ops

/// A classifier by vote of the nearest neighbors, weighted by cosine similarity (Wu et al. 2018,
/// "Unsupervised feature learning via non-parametric instance discrimination").
///
/// It learns nothing, so it shows during pretraining how the representation improves.
public struct WeightedKNN: Sendable {
  /// How many neighbors vote; all training samples do if there are fewer.
  public let neighbors: Int
  /// By what similarities are divided before the exponential.
  public let temperature: Double

  /// A vote of so many neighbors at the given temperature.
  public init(neighbors: Int = 200, temperature: Double = 0.07) {
    contract(neighbors > 0, "a vote needs at least one neighbor")
    contract(temperature > 0, "the temperature of a vote must be positive")
    self.neighbors = neighbors
    self.temperature = temperature
  }

  /// The share of the vote of each class for each test sample, `[test samples, classes]`; each row sums to 1.
  ///
  /// Among equally near neighbors the earlier ones vote. A sample without any feature but zeros is equally
  /// far from all. All threads count, each the votes of some samples. Throws ``EvaluationError`` if there are
  /// no training samples or if the counts, labels or dimensions do not agree.
  public func scores(
    for test: Features, training: Features, labels: [Int], classes: Int, workers: Workers = .shared
  ) throws -> [Float] {
    try training.checkTraining(labels: labels, classes: classes, test: test)
    let queries = PackedRows(test).normalized()
    let candidates = PackedRows(training).normalized()
    let blocks = try workers.map((test.count + 3) / 4) { block in
      let similarities = queries.products(from: 4 * block, with: candidates)
      return stride(from: 0, to: similarities.count, by: training.count).flatMap { start in
        vote(similarities[start..<start + training.count], labels: labels, classes: classes)
      }
    }
    return blocks.flatMap { $0 }
  }

  private func vote(_ similarities: ArraySlice<Double>, labels: [Int], classes: Int) -> [Float] {
    let nearest = nearest(similarities)
    let highest = nearest.first?.similarity ?? 0  // taken off, so that the exponential cannot overflow
    var votes = [Double](repeating: 0, count: classes)
    for (similarity, sample) in nearest {
      votes[labels[sample]] += exp((similarity - highest) / temperature)
    }
    let sum = votes.reduce(0, +)
    return votes.map { Float($0 / sum) }
  }

  /// The nearest samples, the nearest first and among equals the earlier.
  private func nearest(_ similarities: ArraySlice<Double>) -> [(similarity: Double, sample: Int)] {
    var nearest: [(similarity: Double, sample: Int)] = []
    nearest.reserveCapacity(min(neighbors, similarities.count))
    for (sample, similarity) in similarities.enumerated() {
      if nearest.count == neighbors {
        if similarity <= nearest[neighbors - 1].similarity { continue }
        nearest.removeLast()
      }
      let place = nearest.firstIndex { $0.similarity < similarity } ?? nearest.count
      nearest.insert((similarity, sample), at: place)
    }
    return nearest
  }
}
