/// The samples in descending order of their scores for one class against the rest: sorted once, and only
/// traversed for a resample.
struct ScoreOrder: Sendable {
  /// A sample at its rank.
  private struct Place {
    let sample: Int32
    let isPositive: Bool
    let isLastOfTie: Bool
  }

  /// The areas under the curves of one class.
  struct Areas {
    /// The area under the ROC curve: the probability that a sample of the class scores higher than one of the
    /// rest, with ties counted half (Mann and Whitney 1947); nil without a sample of the class or of the
    /// rest.
    let roc: Double?
    /// The average precision: the sum of the precisions at all thresholds, each weighted by the increase in
    /// sensitivity, as scikit-learn computes it; nil without a sample of the class.
    let averagePrecision: Double?
  }

  private let places: [Place]

  /// Sorts the samples by their scores for class `candidate`.
  init(of predictions: Predictions, class candidate: Int) {
    contract((0..<predictions.classes).contains(candidate), "there is no class \(candidate)")
    let order = (0..<predictions.count)
      .map { (key: predictions.key($0, candidate), sample: $0) }
      .sorted { ($1.key, $0.sample) < ($0.key, $1.sample) }
    places = order.indices.map { place in
      Place(
        sample: Int32(order[place].sample),
        isPositive: predictions.labels[order[place].sample] == candidate,
        isLastOfTie: place + 1 == order.count || order[place].key != order[place + 1].key)
    }
  }

  /// The number of samples of the class and of the rest with each score, in descending order of score, and
  /// one sample that has it.
  var ties: [(positives: Int, negatives: Int, sample: Int)] {
    var ties: [(positives: Int, negatives: Int, sample: Int)] = []
    var tied = (positives: 0, negatives: 0)
    for place in places {
      if place.isPositive { tied.positives += 1 } else { tied.negatives += 1 }
      if place.isLastOfTie {
        ties.append((tied.positives, tied.negatives, Int(place.sample)))
        tied = (0, 0)
      }
    }
    return ties
  }

  /// Returns the areas of a set in which sample `i` occurs `times[i]` times.
  func areas(counting times: [Int]) -> Areas {
    var positives = 0
    var all = 0
    var doubledLosses = 0  // doubled, so that ties are integers
    var precisions = 0.0
    var tied = (positives: 0, all: 0)
    for place in places {
      let times = times[Int(place.sample)]
      tied.all += times
      if place.isPositive { tied.positives += times }
      guard place.isLastOfTie else { continue }
      if tied.positives > 0 {
        let above = 2 * (all - positives) + (tied.all - tied.positives)
        doubledLosses += tied.positives * above
        positives += tied.positives
        precisions += Double(tied.positives) * (Double(positives) / Double(all + tied.all))
      }
      all += tied.all
      tied = (0, 0)
    }
    let pairs = positives * (all - positives)
    return Areas(
      roc: pairs > 0 ? Double(2 * pairs - doubledLosses) / Double(2 * pairs) : nil,
      averagePrecision: positives > 0 ? precisions / Double(positives) : nil)
  }
}
