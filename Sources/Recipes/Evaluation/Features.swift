/// An encoder's features of a set of photographs.
public struct Features: Sendable, Equatable {
  /// The features, `[samples, dimensions]`, row-major.
  public let values: [Float]
  /// The number of features per sample.
  public let dimensions: Int

  /// Creates features from `values`, `[samples, dimensions]`.
  ///
  /// - Parameters:
  ///   - values: The features, `[samples, dimensions]`, row-major.
  ///   - dimensions: The number of features per sample.
  /// - Throws: ``EvaluationError`` if the values do not fill whole rows or one is not finite.
  public init(_ values: [Float], dimensions: Int) throws(EvaluationError) {
    contract(dimensions > 0, "features need at least one dimension")
    guard values.count.isMultiple(of: dimensions) else {
      throw .partialRow(values: values.count, dimensions: dimensions)
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(sample: place / dimensions, dimension: place % dimensions)
    }
    self.values = values
    self.dimensions = dimensions
  }

  /// The number of samples.
  public var count: Int { values.count / dimensions }

  private init(values: [Float], dimensions: Int) { (self.values, self.dimensions) = (values, dimensions) }

  /// Returns the L2-normalized features of each sample; zero features are unchanged.
  func normalized() -> Features {
    var values = values
    for start in stride(from: 0, to: values.count, by: dimensions) {
      let range = start..<start + dimensions
      let length = values[range].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      if length > 0 { for place in range { values[place] = Float(Double(values[place]) / length) } }
    }
    return Features(values: values, dimensions: dimensions)
  }

  /// Returns the features of some samples.
  func samples(at places: [Int]) -> Features {
    Features(
      values: places.flatMap { values[$0 * dimensions..<($0 + 1) * dimensions] }, dimensions: dimensions)
  }

  /// Checks that a classifier can be trained on these features and labels, and score the others.
  ///
  /// - Throws: ``EvaluationError``.
  func checkTraining(labels: [Int], classes: Int, test: Features) throws(EvaluationError) {
    guard count > 0 else { throw .noSamples(what: "training features") }
    guard labels.count == count else {
      throw .wrongCount(what: "training labels", expected: count, found: labels.count)
    }
    guard test.dimensions == dimensions else {
      throw .differentDimensions(test: test.dimensions, training: dimensions)
    }
    try checkLabels(labels, classes: classes)
  }
}
