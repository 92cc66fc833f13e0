/// A classifier's scores on a set of photographs, with their labels and patients.
///
/// Scores may be probabilities or logits. Top-k and balanced accuracy depend only on their order within a
/// sample; the AUC compares them between samples, so it can differ between probabilities and logits.
///
/// All metrics follow one rule: **a tie counts against the classifier**. A label is in the top k only if
/// fewer than k other classes score as high or higher, so a constant classifier has a top-1 of zero and not
/// of one. NaN ranks below every number, including minus infinity.
public struct Predictions: Sendable, Equatable {
  /// The scores, `[samples, classes]`, row-major.
  public private(set) var scores: [Float]
  /// The number of classes.
  public let classes: Int
  /// The true class of each sample, in `0..<classes`.
  public let labels: [Int]
  /// The patient of each sample.
  public let patients: [String]

  /// Creates predictions from `scores`, `[samples, classes]`, with a label and a patient for each sample.
  ///
  /// - Parameters:
  ///   - scores: The scores, `[samples, classes]`, row-major.
  ///   - classes: The number of classes.
  ///   - labels: The true class of each sample, in `0..<classes`.
  ///   - patients: The patient of each sample.
  /// - Throws: ``EvaluationError`` if there are no samples, if the counts do not match or if a label is out
  ///   of range.
  public init(
    scores: [Float], classes: Int, labels: [Int], patients: [String]
  ) throws(EvaluationError) {
    contract(classes > 0, "predictions need at least one class")
    guard !labels.isEmpty else { throw .noSamples(what: "labelled samples") }
    guard patients.count == labels.count else {
      throw .wrongCount(what: "patients", expected: labels.count, found: patients.count)
    }
    guard scores.count == labels.count * classes else {
      throw .wrongCount(what: "scores", expected: labels.count * classes, found: scores.count)
    }
    try checkLabels(labels, classes: classes)
    self.scores = scores
    self.classes = classes
    self.labels = labels
    self.patients = patients
  }

  /// Returns the predictions with other scores of the same samples and classes.
  func with(scores: [Float]) -> Predictions {
    contract(scores.count == self.scores.count, "other scores need as many numbers")
    var predictions = self
    predictions.scores = scores
    return predictions
  }

  /// The number of samples.
  public var count: Int { labels.count }

  /// Returns the number of other classes that score as high as the sample's label or higher: 0 is a clear
  /// win.
  ///
  /// - Parameter sample: The index of the sample.
  public func rank(ofSample sample: Int) -> Int {
    let own = key(sample, labels[sample])
    return (0..<classes).count { $0 != labels[sample] && key(sample, $0) >= own }
  }

  /// Returns the class with the highest score; among ties the first that is not the label, as a tie is a
  /// miss.
  ///
  /// - Parameter sample: The index of the sample.
  public func predictedClass(ofSample sample: Int) -> Int {
    let label = labels[sample]
    var best = label
    for candidate in 0..<classes where candidate != label {
      let score = key(sample, candidate)
      let highest = key(sample, best)
      if score > highest || (score == highest && best == label) { best = candidate }
    }
    return best
  }

  /// Returns an integer with the order of the scores, in which both zeros are equal and NaN comes first.
  func key(_ sample: Int, _ candidate: Int) -> Int32 {
    let score = scores[sample * classes + candidate]
    if score.isNaN { return .min }
    let magnitude = Int32(score.magnitude.bitPattern)
    return score.sign == .minus ? -magnitude : magnitude
  }
}

/// Checks that every label is in `0..<classes`.
///
/// - Throws: ``EvaluationError``.
func checkLabels(_ labels: [Int], classes: Int) throws(EvaluationError) {
  if let sample = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
    throw .labelOutOfRange(sample: sample, label: labels[sample], classes: classes)
  }
}
