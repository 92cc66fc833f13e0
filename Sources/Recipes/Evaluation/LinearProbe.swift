import Foundation

/// A linear probe: multinomial logistic regression on frozen features, a measure of how linearly separable
/// the classes are.
///
/// Features are standardized by the mean and deviation of the training samples. It minimizes the mean
/// cross-entropy plus half of `l2` times the squared weights (without biases), by L-BFGS from zero, so the
/// result is deterministic.
public struct LinearProbe: Sendable {
  /// The L2 penalty on weights.
  public let l2: Double

  /// Creates a probe with the given penalty.
  ///
  /// - Parameter l2: The L2 penalty on weights.
  public init(l2: Double = 0.01) {
    contract(l2 > 0, "a linear probe needs a positive penalty, or separable classes have no optimum")
    self.l2 = l2
  }

  /// Returns the probability of each class for each test sample, `[test samples, classes]`.
  ///
  /// A class without training samples gets zero.
  ///
  /// - Parameters:
  ///   - test: The features of the samples to classify.
  ///   - training: The features to fit the probe to.
  ///   - labels: The class of each training sample, from 0.
  ///   - classes: The number of classes.
  /// - Throws: ``EvaluationError`` if there are no training samples or if the counts, labels or dimensions do
  ///   not match.
  public func scores(
    for test: Features, training: Features, labels: [Int], classes: Int
  ) throws(EvaluationError) -> [Float] {
    try training.checkTraining(labels: labels, classes: classes, test: test)
    let known = Set(labels).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(known, known.indices))
    let standard = Standardization(of: training)
    let objective = Objective(
      samples: standard.packed(training), targets: labels.compactMap { places[$0] },
      classes: known.count, penalty: standard.penalty(l2))
    let weights = objective.minimized()

    let samples = standard.packed(test)
    var scores = [Float](repeating: 0, count: test.count * classes)
    for row in stride(from: 0, to: test.count, by: 4) {
      var logits = samples.products(from: row, with: weights)
      for start in stride(from: 0, to: logits.count, by: known.count) {
        let sample = row + start / known.count
        _ = softmax(&logits, start..<start + known.count)
        for (place, known) in known.enumerated() {
          scores[sample * classes + known] = Float(logits[start + place])
        }
      }
    }
    return scores
  }
}

/// Replaces logits by probabilities and returns their log-sum-exp.
private func softmax(_ values: inout [Double], _ range: Range<Int>) -> Double {
  let highest = values[range].max() ?? 0
  var sum = 0.0
  for index in range {
    values[index] = exp(values[index] - highest)
    sum += values[index]
  }
  for index in range { values[index] /= sum }
  return highest + log(sum)
}

/// The standardization of features to mean 0 and deviation 1 over the training samples.
private struct Standardization {
  private let means: [Double]
  private let scales: [Double]

  init(of features: Features) {
    let (values, dimensions, count) = (features.values, features.dimensions, features.count)
    var means = [Double](repeating: 0, count: dimensions)
    for (place, value) in values.enumerated() { means[place % dimensions] += Double(value) / Double(count) }
    var variances = [Double](repeating: 0, count: dimensions)
    for (place, value) in values.enumerated() {
      let deviation = Double(value) - means[place % dimensions]
      variances[place % dimensions] += deviation * deviation / Double(count)
    }
    self.means = means
    scales = zip(means, variances).map { mean, variance in
      let deviation = variance.squareRoot()
      let varies = deviation > 1e-6 * abs(mean)  // by more than rounding
      return varies ? 1 / deviation : 0
    }
  }

  /// Returns the standardized features, followed by a column of ones for the biases.
  func packed(_ features: Features) -> PackedRows {
    let (values, dimensions) = (features.values, features.dimensions)
    return PackedRows(count: features.count, columns: dimensions + 1) { row, column in
      guard column < dimensions else { return 1 }
      return (Double(values[row * dimensions + column]) - means[column]) * scales[column]
    }
  }

  /// Returns the penalty on each weight of a class: `l2` on features, none on the bias.
  func penalty(_ l2: Double) -> [PackedRows.Lanes] {
    let dimensions = means.count
    return PackedRows(count: 1, columns: dimensions + 1) { $1 < dimensions ? l2 : 0 }.lanes
  }
}

/// The mean cross-entropy of linear logits, with the penalty.
private struct Objective {
  let samples: PackedRows
  let targets: [Int]
  let classes: Int
  let penalty: [PackedRows.Lanes]

  /// Returns the minimizing weights, `[classes, features and bias]`.
  func minimized() -> PackedRows {
    let zeros = [PackedRows.Lanes](repeating: .zero, count: classes * penalty.count)
    let lanes = LBFGS().minimum(of: { self.value(at: $0, gradient: &$1) }, from: zeros)
    return PackedRows(lanes: lanes, lanesPerRow: penalty.count)
  }

  private func value(at lanes: [PackedRows.Lanes], gradient: inout [PackedRows.Lanes]) -> Double {
    let weights = PackedRows(lanes: lanes, lanesPerRow: penalty.count)
    let share = 1 / Double(samples.count)
    var value = 0.0
    for index in lanes.indices {
      let pull = penalty[index % penalty.count] * lanes[index]
      gradient[index] = pull
      value += (pull * lanes[index]).sum() / 2
    }
    for row in stride(from: 0, to: samples.count, by: 4) {
      var logits = samples.products(from: row, with: weights)
      for start in stride(from: 0, to: logits.count, by: classes) {
        let sample = row + start / classes
        let target = logits[start + targets[sample]]
        value += share * (softmax(&logits, start..<start + classes) - target)
        logits[start + targets[sample]] -= 1
        for other in 0..<classes {
          let residual = share * logits[start + other]
          for lane in penalty.indices {
            gradient[other * penalty.count + lane] += residual * samples.lanes[sample * penalty.count + lane]
          }
        }
      }
    }
    return value
  }
}
