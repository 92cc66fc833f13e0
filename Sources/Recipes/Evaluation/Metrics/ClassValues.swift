/// The measures of all classes, as a function of each sample's count.
///
/// Labels and predictions are counted in one traversal of the samples, and both areas under curves of a class
/// in one traversal of its sorted samples.
struct ClassValues: Sendable {
  private let classes: Int
  private let labels: [Int]
  private let predicted: [Int]
  /// The order of each class; none for a class that does not occur.
  private let orders: [ScoreOrder?]

  /// The measures of all classes for one set of samples.
  struct Table {
    fileprivate let classes: Int
    /// The number of samples of each class.
    let support: [Int]
    /// The values, `[measure, class]`, row-major; nil if undefined.
    fileprivate(set) var values: [Double?]

    /// The values of a measure, by class.
    subscript(measure: ClassMeasure) -> [Double?] {
      let row = ClassMeasure.allCases.firstIndex(of: measure) ?? 0
      return Array(values[(row * classes)..<((row + 1) * classes)])
    }

    /// Returns the mean of a measure over the classes for which it is defined; nil if there are none.
    func mean(of measure: ClassMeasure, weighting: ClassWeighting) -> Double? {
      switch weighting {
      case .macro: return Recipes.mean(self[measure].compactMap { $0 })
      case .support:
        var (sum, weight) = (0.0, 0)
        for (value, support) in zip(self[measure], support) {
          guard let value else { continue }
          sum += Double(support) * value
          weight += support
        }
        return weight > 0 ? sum / Double(weight) : nil
      }
    }
  }

  /// Prepares the predictions; without `ranks` the areas under curves are undefined.
  init(of predictions: Predictions, ranks: Bool) {
    classes = predictions.classes
    labels = predictions.labels
    predicted = (0..<predictions.count).map { predictions.predictedClass(ofSample: $0) }
    let occurring = Set(labels)
    orders = (0..<classes).map { one in
      ranks && occurring.contains(one) ? ScoreOrder(of: predictions, class: one) : nil
    }
  }

  /// The number of samples.
  var count: Int { labels.count }

  /// Returns the measures of a set in which sample `i` occurs `times[i]` times.
  func table(counting times: [Int]) -> Table {
    var support = [Int](repeating: 0, count: classes)
    var (named, hits) = (support, support)
    var all = 0
    for (sample, times) in times.enumerated() {
      let (label, prediction) = (labels[sample], predicted[sample])
      all += times
      support[label] += times
      named[prediction] += times
      if label == prediction { hits[label] += times }
    }
    func ratio(_ part: Int, _ whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
    var values: [Double?] = []
    values.reserveCapacity(ClassMeasure.allCases.count * classes)
    for one in 0..<classes { values.append(ratio(hits[one], support[one])) }
    for one in 0..<classes {
      let rest = all - support[one]
      values.append(ratio(rest - (named[one] - hits[one]), rest))
    }
    for one in 0..<classes {
      values.append(ratio(hits[one], named[one]) ?? (support[one] > 0 ? 0 : nil))
    }
    for one in 0..<classes { values.append(ratio(2 * hits[one], named[one] + support[one])) }
    let areas = orders.map { $0?.areas(counting: times) }
    values += areas.map { $0?.roc } + areas.map { $0?.averagePrecision }
    return Table(classes: classes, support: support, values: values)
  }
}

/// Returns the mean of the values, or nil if there are none.
func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
