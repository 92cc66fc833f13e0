import Foundation
import Ops

/// A k-nearest-neighbor classifier weighted by cosine similarity (Wu et al. 2018, "Unsupervised feature
/// learning via non-parametric instance discrimination").
///
/// It has no training, so it can monitor the representation during pretraining.
public struct WeightedKNN: Sendable {
  /// The number of neighbors that vote; all training samples if there are fewer.
  public let neighbors: Int
  /// The divisor of similarities before the exponential.
  public let temperature: Double

  /// Creates a classifier with the given number of neighbors and temperature.
  ///
  /// - Parameters:
  ///   - neighbors: The number of neighbors that vote; all training samples if there are fewer.
  ///   - temperature: The divisor of similarities before the exponential.
  public init(neighbors: Int = 200, temperature: Double = 0.07) {
    contract(neighbors > 0, "a vote needs at least one neighbor")
    contract(temperature > 0, "the temperature of a vote must be positive")
    self.neighbors = neighbors
    self.temperature = temperature
  }

  /// Returns each class's share of the vote for each test sample, `[test samples, classes]`; each row sums to
  /// 1.
  ///
  /// Ties between neighbors go to the earlier ones. A sample with only zero features is equally distant from
  /// all. The samples are divided among all threads.
  ///
  /// - Parameters:
  ///   - test: The features of the samples to classify.
  ///   - training: The features among which neighbors are found.
  ///   - labels: The class of each training sample, from 0.
  ///   - classes: The number of classes.
  ///   - workers: The threads.
  /// - Throws: ``EvaluationError`` if there are no training samples or if the counts, labels or dimensions do
  ///   not match.
  public func scores(
    for test: Features, training: Features, labels: [Int], classes: Int, workers: Workers = .shared
  ) throws -> [Float] {
    try training.checkTraining(labels: labels, classes: classes, test: test)
    var search = CosineSearch(for: test, count: neighbors)
    search.add(training, workers: workers)
    return search.nearest.flatMap { vote($0, labels: labels, classes: classes) }
  }

  private func vote(_ nearest: [Nearest<Double>], labels: [Int], classes: Int) -> [Float] {
    let highest = nearest.first?.similarity ?? 0  // subtracted, so that the exponential cannot overflow
    var votes = [Double](repeating: 0, count: classes)
    for neighbor in nearest {
      votes[labels[neighbor.row]] += exp((neighbor.similarity - highest) / temperature)
    }
    let sum = votes.reduce(0, +)
    return votes.map { Float($0 / sum) }
  }
}
