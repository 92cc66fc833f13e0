/// The samples by confidence, in bins of equal width.
struct CalibrationBins: Sendable {
  /// The sums over the samples of a bin.
  struct Sums {
    var count = 0
    var correct = 0
    var confidence = 0.0
  }

  private let bins: Int
  private let confidences: [Double]
  private let isCorrect: [Bool]
  private let places: [Int]

  /// The number of samples.
  var count: Int { confidences.count }

  /// Sorts samples by their highest probability, which is correct if the label alone has it.
  init(of predictions: Predictions, bins: Int) {
    let width = predictions.classes
    self.init(
      (0..<predictions.count).map { sample in
        Double(predictions.scores[(sample * width)..<((sample + 1) * width)].max() ?? 0)
      },
      isCorrect: (0..<predictions.count).map { predictions.rank(ofSample: $0) == 0 }, bins: bins)
  }

  /// Sorts samples by their probability of one class, which is correct if it is the label.
  init(of predictions: Predictions, class candidate: Int, bins: Int) {
    contract((0..<predictions.classes).contains(candidate), "there is no class \(candidate)")
    self.init(
      (0..<predictions.count).map { Double(predictions.scores[$0 * predictions.classes + candidate]) },
      isCorrect: predictions.labels.map { $0 == candidate }, bins: bins)
  }

  private init(_ confidences: [Double], isCorrect: [Bool], bins: Int) {
    contract(bins > 0, "a calibration error needs at least one bin")
    self.bins = bins
    self.confidences = confidences
    self.isCorrect = isCorrect
    places = confidences.map { confidence in
      min(max(Int((confidence * Double(bins)).rounded(.up)) - 1, 0), bins - 1)
    }
  }

  /// Returns the sums of each bin over a set in which sample `i` occurs `times[i]` times.
  func sums(counting times: [Int]) -> [Sums] {
    var sums = [Sums](repeating: Sums(), count: bins)
    for (sample, place) in places.enumerated() {
      sums[place].count += times[sample]
      if isCorrect[sample] { sums[place].correct += times[sample] }
      sums[place].confidence += Double(times[sample]) * confidences[sample]
    }
    return sums
  }

  /// Returns the expected calibration error of a set in which sample `i` occurs `times[i]` times; nil for an
  /// empty one.
  func error(counting times: [Int]) -> Double? {
    let sums = sums(counting: times)
    let all = sums.reduce(0) { $0 + $1.count }
    guard all > 0 else { return nil }
    // The weight n / N of a bin cancels the n of its means.
    return sums.reduce(0) { $0 + abs(Double($1.correct) - $1.confidence) } / Double(all)
  }
}

extension Predictions {
  /// Whether the scores are probabilities: from 0 to 1, with a sum of 1 for each sample, up to rounding.
  public var areProbabilities: Bool {
    (0..<count).allSatisfy { sample in
      let row = scores[(sample * classes)..<((sample + 1) * classes)]
      let sum = row.reduce(0.0) { $0 + Double($1) }
      return row.allSatisfy { (0...1).contains($0) } && abs(sum - 1) < 1e-3
    }
  }
}
