/// How often each class was taken for each other.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes.
  public let classes: Int
  /// The counts, `[actual class, predicted class]`, row by row.
  public private(set) var counts: [Int]

  /// The confusion matrix of the predictions; its diagonal holds the top-1 hits, so a tie is off it.
  public init(_ predictions: Predictions) {
    classes = predictions.classes
    counts = [Int](repeating: 0, count: classes * classes)
    for sample in 0..<predictions.count {
      counts[predictions.labels[sample] * classes + predictions.predictedClass(ofSample: sample)] += 1
    }
  }

  /// How many samples of the class `actual` were taken for the class `predicted`.
  public subscript(actual actual: Int, predicted predicted: Int) -> Int {
    counts[actual * classes + predicted]
  }

  /// For each class the fraction of its samples that were recognized; `nil` for a class without samples.
  public var sensitivities: [Double?] {
    (0..<classes).map { actual in
      let all = counts[actual * classes..<(actual + 1) * classes].reduce(0, +)
      return all > 0 ? Double(self[actual: actual, predicted: actual]) / Double(all) : nil
    }
  }
}
