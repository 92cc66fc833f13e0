/// A confusion matrix: the number of samples of each class predicted as each other class.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes.
  public let classes: Int
  /// The counts, `[actual class, predicted class]`, row-major.
  public private(set) var counts: [Int]

  /// Computes the confusion matrix of the predictions. Its diagonal has the top-1 hits, so ties are off the
  /// diagonal.
  ///
  /// - Parameter predictions: The predictions.
  public init(_ predictions: Predictions) {
    classes = predictions.classes
    counts = [Int](repeating: 0, count: classes * classes)
    for sample in 0..<predictions.count {
      counts[predictions.labels[sample] * classes + predictions.predictedClass(ofSample: sample)] += 1
    }
  }

  /// Returns the number of samples of class `actual` predicted as class `predicted`.
  ///
  /// - Parameters:
  ///   - actual: The index of the class by label.
  ///   - predicted: The index of the predicted class.
  public subscript(actual actual: Int, predicted predicted: Int) -> Int {
    counts[actual * classes + predicted]
  }

  /// The fraction of each class's samples classified correctly; nil for a class without samples.
  public var sensitivities: [Double?] {
    (0..<classes).map { actual in
      let all = counts[actual * classes..<(actual + 1) * classes].reduce(0, +)
      return all > 0 ? Double(self[actual: actual, predicted: actual]) / Double(all) : nil
    }
  }
}
