/// The coverage and size of prediction sets on test photographs, with 95 % intervals from resampling
/// patients.
///
/// Every patient has the same weight, divided among their photographs, as in the guarantee of
/// ``ConformalPredictor``.
public struct ConformalCoverage: Codable, Sendable, Equatable {
  /// The guaranteed coverage.
  public let guaranteed: Double
  /// The fraction of sets that contain the label.
  public let coverage: Interval
  /// The mean number of classes in a set.
  public let size: Interval
  /// The numbers of sets by size, `[0...classes]`, of photographs.
  public let sizes: [Int]
  /// The number of patients.
  public let patients: Int

  /// The number of photographs.
  public var photographs: Int { sizes.reduce(0, +) }
  /// The number of photographs whose set is empty.
  public var empty: Int { sizes.first ?? 0 }
  /// The number of photographs whose set has all classes.
  public var whole: Int { sizes.last ?? 0 }

  /// Evaluates prediction sets on test predictions.
  ///
  /// - Parameters:
  ///   - predictor: The calibrated sets.
  ///   - test: The predictions on test photographs.
  ///   - bootstrap: The resamples for the intervals.
  public init(of predictor: ConformalPredictor, on test: Predictions, bootstrap: Bootstrap) {
    let width = test.classes
    let sets = (0..<test.count).map { sample in
      predictor.classes(of: Array(test.scores[(sample * width)..<((sample + 1) * width)]))
    }
    let index = PatientIndex(test.patients)
    var photographs = [Int](repeating: 0, count: index.names.count)
    for owner in index.owners { photographs[owner] += 1 }
    let weights = index.owners.map { 1 / Double(photographs[$0]) }
    func interval(_ values: [Double]) -> Interval {
      bootstrap.interval(of: SampleMean(values, weights: weights), patients: test.patients)
    }
    guaranteed = predictor.coverage
    coverage = interval(zip(sets, test.labels).map { $0.contains($1) ? 1 : 0 })
    size = interval(sets.map { Double($0.count) })
    var sizes = [Int](repeating: 0, count: width + 1)
    for set in sets { sizes[set.count] += 1 }
    self.sizes = sizes
    patients = index.names.count
  }
}
