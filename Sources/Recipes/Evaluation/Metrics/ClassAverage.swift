/// The mean over classes of a measure of one class against the rest, as scikit-learn's `average: "macro"` and
/// `"weighted"` compute it.
///
/// Classes for which the measure is undefined are skipped, also those missing from a resample. The macro mean
/// of sensitivity is the balanced accuracy; its mean by support is the top-1 accuracy.
public struct ClassAverage: Metric {
  /// The measure.
  public let measure: ClassMeasure
  /// The weights of the classes.
  public let weighting: ClassWeighting
  private let classes: ClassValues

  /// Computes the mean of a measure over the classes of the predictions.
  ///
  /// - Parameters:
  ///   - measure: The measure.
  ///   - predictions: The predictions.
  ///   - weighting: The weights of the classes.
  public init(_ measure: ClassMeasure, of predictions: Predictions, weighting: ClassWeighting = .macro) {
    self.measure = measure
    self.weighting = weighting
    classes = ClassValues(of: predictions, ranks: measure.isOfRanks)
  }

  /// The number of samples.
  public var count: Int { classes.count }

  /// Returns the mean of a set in which sample `i` occurs `times[i]` times; nil if it is defined for no
  /// class.
  ///
  /// - Parameter times: How often each sample occurs, `[samples]`; 0 leaves it out.
  public func value(counting times: [Int]) -> Double? {
    classes.table(counting: times).mean(of: measure, weighting: weighting)
  }
}

extension MetricKind {
  /// A mean over classes.
  private init(_ key: String, title: String, _ measure: ClassMeasure, _ weighting: ClassWeighting = .macro) {
    self.init(key, title: title) { ClassAverage(measure, of: $0, weighting: weighting) }
    average = (measure, weighting)
  }

  /// Balanced accuracy: the mean over classes of the fraction classified correctly, the sensitivity.
  public static let balanced = MetricKind("balanced", title: "balanced", .sensitivity)
  /// The mean over classes of the specificity.
  public static let specificity = MetricKind("specificity", title: "specificity", .specificity)
  /// The mean over classes of the precision.
  public static let precision = MetricKind("precision", title: "precision", .precision)
  /// Macro-averaged F1: the mean over classes of the harmonic mean of precision and sensitivity.
  public static let f1 = MetricKind("f1", title: "F1", .f1)
  /// The area under the ROC curve of one class against the rest, averaged over classes.
  public static let auc = MetricKind("auc", title: "AUC", .auc)
  /// The average precision of one class against the rest, averaged over classes.
  public static let averagePrecision = MetricKind("averagePrecision", title: "AP", .averagePrecision)

  /// The mean specificity, each class weighted by its number of photographs.
  public static let weightedSpecificity = MetricKind(
    "weightedSpecificity", title: "weighted specificity", .specificity, .support)
  /// The mean precision, each class weighted by its number of photographs.
  public static let weightedPrecision = MetricKind(
    "weightedPrecision", title: "weighted precision", .precision, .support)
  /// The mean F1, each class weighted by its number of photographs.
  public static let weightedF1 = MetricKind("weightedF1", title: "weighted F1", .f1, .support)
  /// The mean area under the ROC curve, each class weighted by its number of photographs.
  public static let weightedAUC = MetricKind("weightedAUC", title: "weighted AUC", .auc, .support)
  /// The mean average precision, each class weighted by its number of photographs.
  public static let weightedAveragePrecision = MetricKind(
    "weightedAveragePrecision", title: "weighted AP", .averagePrecision, .support)
}
