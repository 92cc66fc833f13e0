import Foundation

/// A classifier by vote of the nearest neighbours, weighted by cosine similarity (Wu et al. 2018,
/// "Unsupervised feature learning via non-parametric instance discrimination").
///
/// It learns nothing, so it shows during pretraining how the representation improves.
public struct WeightedKNN: Sendable {
  /// How many neighbours vote; all training samples do if there are fewer.
  public let neighbours: Int
  /// By what similarities are divided before the exponential.
  public let temperature: Double

  /// A vote of so many neighbours at the given temperature.
  public init(neighbours: Int = 200, temperature: Double = 0.07) {
    precondition(neighbours > 0, "a vote needs at least one neighbour")
    precondition(temperature > 0, "the temperature of a vote must be positive")
    self.neighbours = neighbours
    self.temperature = temperature
  }

  /// The share of the vote of each class for each test sample, `[test samples, classes]`; each row sums to 1.
  ///
  /// Among equally near neighbours the earlier ones vote. A sample without any feature but zeros is
  /// equally far from all. Throws ``EvaluationError`` if there are no training samples or if the counts,
  /// labels or dimensions do not agree.
  public func scores(
    for test: Features, training: Features, labels: [Int], classes: Int
  ) throws(EvaluationError) -> [Float] {
    try training.checkTraining(labels: labels, classes: classes, test: test)
    let queries = PackedRows(test).normalised()
    let candidates = PackedRows(training).normalised()
    var scores: [Float] = []
    scores.reserveCapacity(test.count * classes)
    for row in stride(from: 0, to: test.count, by: 4) {
      let similarities = queries.products(from: row, with: candidates)
      for start in stride(from: 0, to: similarities.count, by: training.count) {
        scores += vote(similarities[start..<start + training.count], labels: labels, classes: classes)
      }
    }
    return scores
  }

  private func vote(_ similarities: ArraySlice<Double>, labels: [Int], classes: Int) -> [Float] {
    let nearest = zip(similarities, labels.indices)
      .sorted { $0.0 != $1.0 ? $0.0 > $1.0 : $0.1 < $1.1 }
      .prefix(neighbours)
    let highest = nearest.first?.0 ?? 0  // taken off, so that the exponential cannot overflow
    var votes = [Double](repeating: 0, count: classes)
    for (similarity, sample) in nearest {
      votes[labels[sample]] += exp((similarity - highest) / temperature)
    }
    let sum = votes.reduce(0, +)
    return votes.map { Float($0 / sum) }
  }
}
