/// The samples in ascending order of their scores for one class against the rest: sorted once, and only
/// traversed for a resample.
struct ScoreOrder: Sendable {
  /// A sample at its rank.
  private struct Place {
    let sample: Int32
    let isPositive: Bool
    let isLastOfTie: Bool
  }

  /// The areas under the curves of a resample; nil if undefined.
  struct Areas {
    /// The area under the ROC curve; nil without a sample of the class or of the rest.
    let roc: Double?
    /// The average precision; nil without a sample of the class.
    let averagePrecision: Double?
  }

  private let places: [Place]

  /// Sorts the samples by their scores for class `candidate`.
  init(of predictions: Predictions, class candidate: Int) {
    contract((0..<predictions.classes).contains(candidate), "there is no class \(candidate)")
    let order = (0..<predictions.count)
      .map { (key: predictions.key($0, candidate), sample: $0) }
      .sorted { ($0.key, $0.sample) < ($1.key, $1.sample) }
    places = order.indices.map { place in
      Place(
        sample: Int32(order[place].sample),
        isPositive: predictions.labels[order[place].sample] == candidate,
        isLastOfTie: place + 1 == order.count || order[place].key != order[place + 1].key)
    }
  }

  /// The number of samples of the class and of the rest with each score, in ascending order of score, and the
  /// first sample that has it.
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

  /// Returns the area under the ROC curve of a set in which sample `i` occurs `times[i]` times; nil without a
  /// sample of the class or of the rest.
  func area(counting times: [Int]) -> Double? {
    var positives = 0
    var negatives = 0
    var doubledWins = 0  // doubled, so that ties are integers
    var tied = (positives: 0, negatives: 0)
    for place in places {
      let times = times[Int(place.sample)]
      if place.isPositive { tied.positives += times } else { tied.negatives += times }
      if place.isLastOfTie {
        doubledWins += tied.positives * (2 * negatives + tied.negatives)
        positives += tied.positives
        negatives += tied.negatives
        tied = (0, 0)
      }
    }
    let pairs = positives * negatives
    return pairs > 0 ? Double(doubledWins) / Double(2 * pairs) : nil
  }

  /// Returns the average precision of a set in which sample `i` occurs `times[i]` times; nil without a sample
  /// of the class.
  func averagePrecision(counting times: [Int]) -> Double? {
    // From the highest score down; a tie ends where the one below it begins.
    var positives = 0
    var all = 0
    var tied = 0
    var sum = 0.0
    func addTie() {
      guard tied > 0 else { return }
      positives += tied
      sum += Double(tied) * (Double(positives) / Double(all))
      tied = 0
    }
    for place in places.reversed() {
      if place.isLastOfTie { addTie() }
      let times = times[Int(place.sample)]
      all += times
      if place.isPositive { tied += times }
    }
    addTie()
    return positives > 0 ? sum / Double(positives) : nil
  }
}
