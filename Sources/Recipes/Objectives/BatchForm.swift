/// The static description of a stage's batches: their size, groups and labels.
public struct BatchForm: Hashable, Sendable {
  /// Whether none, some or all rows of a batch have labels.
  public enum Labels: Hashable, Sendable {
    /// None, or labels are ignored.
    case none
    /// Some; the others have the label -1.
    case some
    /// All.
    case all
  }

  /// The number of samples in a batch, N.
  public let samples: Int
  /// The number of views of each sample, V.
  public let views: Int
  /// The groups of samples.
  public let groups: Pairs.Groups
  /// Whether none, some or all rows have labels.
  public let labels: Labels
  /// The number of classes; nil if unknown.
  public let classes: Int?
  /// Balanced class weights, by which all classes have the same total weight; nil if unknown.
  public let classWeights: [Double]?
  /// The columns with numbers for each row.
  public let values: [String]

  /// Creates the form of batches with the given numbers of views and samples.
  ///
  /// - Parameters:
  ///   - samples: The number of samples in a batch, N.
  ///   - views: The number of views of each sample, V.
  ///   - groups: The groups of samples.
  ///   - labels: Whether none, some or all rows have labels.
  ///   - classes: The number of classes; nil if unknown.
  ///   - classWeights: Balanced class weights, by which all classes have the same total weight; nil if
  ///     unknown.
  ///   - values: The columns with numbers for each row.
  public init(
    samples: Int, views: Int, groups: Pairs.Groups = .none, labels: Labels = .none, classes: Int? = nil,
    classWeights: [Double]? = nil, values: [String] = []
  ) {
    contract(samples > 0 && views > 0, "a batch has samples and views")
    self.samples = samples
    self.views = views
    self.groups = groups
    self.labels = labels
    self.classes = classes
    self.classWeights = classWeights
    self.values = values
  }

  /// The number of rows in a batch, V * N.
  public var rows: Int { views * samples }

  /// The pairs of a batch of two views.
  public var pairs: Pairs {
    contract(views == 2, "pairs are of 2 views, not of \(views)")
    return Pairs(samples, groups: groups)
  }

  /// Returns the same form for other samples.
  func of(_ samples: Int, groups: Pairs.Groups) -> BatchForm {
    BatchForm(
      samples: samples, views: views, groups: groups, labels: labels, classes: classes,
      classWeights: classWeights, values: values)
  }
}
