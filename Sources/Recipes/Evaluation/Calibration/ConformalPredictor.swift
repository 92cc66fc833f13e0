/// Prediction sets with a guaranteed coverage: split conformal prediction with the least ambiguous sets
/// (Sadinle, Lei and Wasserman 2019), calibrated on validation patients.
///
/// A set has every class whose probability reaches a threshold. Of all sets with the same coverage, these
/// have the smallest mean size, and they need no random numbers, so that the same photograph always has the
/// same set; sets that adapt to the sample (Romano et al. 2020) have a more even coverage, but are larger. A
/// set may be empty: then no class is as probable as the labels of calibration usually are.
///
/// Photographs of one patient are not exchangeable with those of others, but patients are, so each
/// calibration patient has the weight of one, divided among their photographs (Lee, Barber and Willett 2024,
/// "Distribution-free inference with hierarchical data"). Guaranteed is: for one photograph of a new patient
/// from the same population, the set contains its label with a probability of at least `coverage`, over the
/// choice of the calibration patients and the new one. It is not guaranteed for each class or subgroup, for
/// all photographs of a patient at once, or for photographs of another clinic; nor exactly if the classifier
/// was selected on the same validation patients.
public struct ConformalPredictor: Codable, Sendable, Equatable {
  /// The guaranteed probability that a set contains the label, 1 - alpha.
  public let coverage: Double
  /// The lowest probability of a class in a set: 0, so that sets have all classes, if there are too few
  /// patients for the coverage.
  public let threshold: Double
  /// The number of calibration patients.
  public let patients: Int

  /// Calibrates the sets on validation predictions; nil if the scores are not probabilities.
  ///
  /// With one photograph per patient, the threshold is the `ceil((n + 1) coverage)`-th highest probability of
  /// a label, of the n patients.
  ///
  /// - Parameters:
  ///   - validation: The predictions on validation photographs.
  ///   - coverage: The guaranteed probability that a set contains the label, 1 - alpha.
  public init?(calibrating validation: Predictions, coverage: Double = 0.9) {
    contract(coverage > 0 && coverage < 1, "a coverage must be between 0 and 1")
    guard validation.areProbabilities else { return nil }
    self.coverage = coverage
    let index = PatientIndex(validation.patients)
    patients = index.names.count
    var photographs = [Int](repeating: 0, count: patients)
    for owner in index.owners { photographs[owner] += 1 }
    // A new patient counts as one whose label has the lowest probability.
    let needed = coverage * Double(patients + 1)
    let sorted = validation.labels.enumerated().map { sample, label in
      (
        probability: validation.scores[sample * validation.classes + label],
        weight: 1 / Double(photographs[index.owners[sample]])
      )
    }.sorted { ($1.probability, $0.weight) < ($0.probability, $1.weight) }
    var sum = 0.0
    let reached = sorted.first { sample in
      sum += sample.weight
      return sum >= needed - 1e-9  // weights are rounded
    }
    threshold = reached.map { Double($0.probability) } ?? 0
  }

  /// Returns the classes of a sample's set, from the most probable to the least.
  ///
  /// - Parameter probabilities: The probability of each class. A class without one, NaN, is in the set.
  public func classes(of probabilities: [Float]) -> [Int] {
    let members = probabilities.indices.filter { !(Double(probabilities[$0]) < threshold) }
    return members.sorted { (-probabilities[$0], $0) < (-probabilities[$1], $1) }
  }
}
