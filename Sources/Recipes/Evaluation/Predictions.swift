/// What a classifier said about a set of photographs, beside what they show and whose they are.
///
/// Scores may be probabilities or logits. Top-k and balanced accuracy depend only on their order within a
/// sample; the AUC compares them between samples, so there probabilities and logits can differ.
///
/// One rule holds for all metrics of a sample: **a tie counts against the classifier**. A label is in the top
/// k only if fewer than k other classes score as high or higher, so a constant classifier has a top-1 of zero
/// and not of one. A score that is not a number ranks below every number, minus infinity included.
public struct Predictions: Sendable, Equatable {
  /// The scores, `[samples, classes]`, row by row.
  public let scores: [Float]
  /// The number of classes.
  public let classes: Int
  /// The true class of each sample, in `0..<classes`.
  public let labels: [Int]
  /// Whose photograph each sample is.
  public let patients: [String]

  /// Predictions of `scores`, `[samples, classes]`, for as many labels and patients.
  ///
  /// Throws ``EvaluationError`` if there are no samples, if the counts do not agree or if a label is out of
  /// range.
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

  /// The number of samples.
  public var count: Int { labels.count }

  /// How many other classes score as high as the sample's label or higher: 0 is a clear win.
  public func rank(ofSample sample: Int) -> Int {
    let own = key(sample, labels[sample])
    return (0..<classes).count { $0 != labels[sample] && key(sample, $0) >= own }
  }

  /// The class with the highest score; among equals the first that is not the label, as a tie is a miss.
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

  /// A score as an integer of the same order, in which both zeros are equal and not-a-number comes first.
  func key(_ sample: Int, _ candidate: Int) -> Int32 {
    let score = scores[sample * classes + candidate]
    if score.isNaN { return .min }
    let magnitude = Int32(score.magnitude.bitPattern)
    return score.sign == .minus ? -magnitude : magnitude
  }
}

/// Throws unless every label is in `0..<classes`.
func checkLabels(_ labels: [Int], classes: Int) throws(EvaluationError) {
  if let sample = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
    throw .labelOutOfRange(sample: sample, label: labels[sample], classes: classes)
  }
}
