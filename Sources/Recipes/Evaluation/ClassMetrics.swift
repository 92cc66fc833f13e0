/// The results of a classifier for one class against the rest: the means over repetitions of the training,
/// with 95 % intervals from resampling patients.
public struct ClassMetrics: Codable, Sendable, Equatable {
  /// The number of photographs of the class.
  public let photographs: Int
  /// The number of patients with photographs of the class.
  public let patients: Int
  /// The fraction of the class that is predicted as it.
  public let sensitivity: Interval
  /// The fraction of the rest that is not predicted as the class.
  public let specificity: Interval
  /// The fraction of the photographs predicted as the class that are of it.
  public let precision: Interval
  /// The harmonic mean of precision and sensitivity.
  public let f1: Interval
  /// The area under the ROC curve.
  public let auc: Interval
  /// The average precision.
  public let averagePrecision: Interval

  /// Creates the results of a class from the interval of each measure.
  init(photographs: Int, patients: Int, _ interval: (ClassMeasure) -> Interval) {
    self.photographs = photographs
    self.patients = patients
    sensitivity = interval(.sensitivity)
    specificity = interval(.specificity)
    precision = interval(.precision)
    f1 = interval(.f1)
    auc = interval(.auc)
    averagePrecision = interval(.averagePrecision)
  }

  /// Returns the interval of a measure.
  ///
  /// - Parameter measure: The measure.
  public subscript(measure: ClassMeasure) -> Interval {
    switch measure {
    case .sensitivity: sensitivity
    case .specificity: specificity
    case .precision: precision
    case .f1: f1
    case .auc: auc
    case .averagePrecision: averagePrecision
    }
  }
}
