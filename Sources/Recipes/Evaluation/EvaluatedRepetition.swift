/// The metrics of one repetition of a branch, ready for resampling.
///
/// All means over classes come from one ``ClassValues``.
struct EvaluatedRepetition: Sendable {
  private let kinds: [MetricKind]
  private let classes: ClassValues
  /// The metrics that are no means over classes.
  private let others: [any Metric]

  /// Prepares the predictions. Areas under curves of classes are computed if one of `kinds` is their mean.
  init(_ predictions: Predictions, kinds: [MetricKind]) {
    self.kinds = kinds
    classes = ClassValues(of: predictions, ranks: kinds.contains { $0.average?.measure.isOfRanks == true })
    others = kinds.filter { $0.average == nil }.map { $0.metric(predictions) }
  }

  /// Returns the metrics, and after them the measures of each class, `[measure, class]`, of a set in which
  /// sample `i` occurs `times[i]` times; nil if undefined.
  func values(counting times: [Int]) -> [Double?] {
    let table = classes.table(counting: times)
    return metrics(of: table, counting: times) + table.values
  }

  /// Returns the metrics alone.
  func metrics(counting times: [Int]) -> [Double?] {
    metrics(of: classes.table(counting: times), counting: times)
  }

  private func metrics(of table: ClassValues.Table, counting times: [Int]) -> [Double?] {
    var others = others[...]
    return kinds.map { kind in
      if let average = kind.average {
        return table.mean(of: average.measure, weighting: average.weighting)
      }
      return others.popFirst()?.value(counting: times)
    }
  }
}

extension Array {
  /// Returns the mean of each number in the rows of the elements; nil if it is undefined in one of them.
  func mean(_ row: (Element) -> [Double?]) -> [Double?] {
    guard var means = first.map(row) else { return [] }
    for element in dropFirst() {
      means = zip(means, row(element)).map { sum, value in
        guard let sum, let value else { return nil }
        return sum + value
      }
    }
    return count == 1 ? means : means.map { $0.map { $0 / Double(count) } }
  }
}
