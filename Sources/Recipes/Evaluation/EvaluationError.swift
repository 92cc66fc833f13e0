/// An error in the evaluation of predictions or features.
public enum EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are no samples.
  case noSamples(what: String)
  /// An array has another length than the others imply.
  case wrongCount(what: String, expected: Int, found: Int)
  /// The values of features do not fill whole rows.
  case partialRow(values: Int, dimensions: Int)
  /// Test features have another dimension than training features.
  case differentDimensions(test: Int, training: Int)
  /// A label is not a class.
  case labelOutOfRange(sample: Int, label: Int, classes: Int)
  /// Two branches have different photographs, so they cannot be compared in pairs.
  case notPaired(sample: Int)
  /// Two branches have different numbers of samples or classes.
  case differentSizes(of: [Int], over: [Int])
  /// A feature is infinite or NaN.
  case notFinite(sample: Int, dimension: Int)

  /// A sentence: what is wrong, where, and what to do.
  public var description: String { sentence.printable }

  private var sentence: String {
    switch self {
    case .noSamples(let what):
      "There are no \(what), so there is nothing to evaluate: check the split and the manifest it came from."
    case .wrongCount(let what, let expected, let found):
      "There should be \(expected) \(what), but there are \(found): give one row or entry per sample."
    case .partialRow(let values, let dimensions):
      "\(values) feature values do not fill rows of \(dimensions): give the number of features of a sample, "
        + "or look for the sample that was cut off."
    case .differentDimensions(let test, let training):
      "The test features have \(test) dimensions and the training features \(training): take both from the "
        + "same encoder."
    case .labelOutOfRange(let sample, let label, let classes):
      "Sample \(sample) has the label \(label), but with \(classes) classes labels run from 0 to "
        + "\(classes - 1): correct the label or the number of classes."
    case .notPaired(let sample):
      "The two branches differ at sample \(sample) in label or patient: a paired comparison needs both to be "
        + "evaluated on the same photographs in the same order."
    case .differentSizes(let of, let over):
      "The branches hold \(of[0])x\(of[1]) and \(over[0])x\(over[1]) scores (samples x classes): a paired "
        + "comparison needs both to be evaluated on the same photographs and classes."
    case .notFinite(let sample, let dimension):
      "Feature \(dimension) of sample \(sample) is not a finite number: the encoder has probably diverged; "
        + "go back to an earlier checkpoint or lower the learning rate."
    }
  }
}
