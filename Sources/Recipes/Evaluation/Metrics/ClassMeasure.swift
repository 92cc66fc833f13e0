/// A quality measure of one class against the rest.
///
/// Undefined values follow scikit-learn's `zero_division: 0`, but for classes without samples, which have no
/// sensitivity: a mean over classes skips them instead of counting a zero.
public enum ClassMeasure: String, Codable, Sendable, CaseIterable {
  /// The fraction of the class that is predicted as it (recall): `TP / (TP + FN)`; undefined for a class
  /// without samples.
  case sensitivity
  /// The fraction of the rest that is not predicted as the class: `TN / (TN + FP)`; undefined if all samples
  /// are of the class.
  case specificity
  /// The fraction of the samples predicted as the class that are of it (positive predictive value):
  /// `TP / (TP + FP)`; 0 if none is predicted as the class, undefined if none is of it either.
  case precision
  /// The harmonic mean of precision and sensitivity: `2 TP / (2 TP + FP + FN)`; undefined for a class that is
  /// neither a label nor a prediction.
  case f1
  /// The area under the ROC curve; undefined for a class without samples or with all of them.
  case auc
  /// The average precision, the area under the precision-recall curve as a sum of steps; undefined for a
  /// class without samples.
  case averagePrecision

  /// Whether it depends on the ranks of scores, and not only on the predicted classes.
  var isOfRanks: Bool { self == .auc || self == .averagePrecision }
}

/// The weights of classes in a mean.
public enum ClassWeighting: Sendable {
  /// All classes equally.
  case macro
  /// Each class by its number of samples.
  case support
}
