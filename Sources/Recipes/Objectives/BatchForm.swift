/// What is known of the batches of a stage before any is drawn.
public struct BatchForm: Hashable, Sendable {
  /// How many rows of a batch have labels.
  public enum Labels: Hashable, Sendable {
    /// None, or nobody reads them.
    case none
    /// Some: the others' labels are -1.
    case some
    /// All.
    case all
  }

  /// The samples of a batch, N.
  public let samples: Int
  /// The views of each sample, V.
  public let views: Int
  /// Which samples are of the same group.
  public let groups: Pairs.Groups
  /// How many rows have labels.
  public let labels: Labels
  /// The number of classes that there are labels of; nil if it is not known.
  public let classes: Int?
  /// What the rows of each class count, so that all classes count as much together; nil if it is not known.
  public let classWeights: [Double]?
  /// The columns that there are numbers of for each row.
  public let values: [String]

  /// Batches of so many views of so many samples.
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

  /// The rows of a batch, V * N.
  public var rows: Int { views * samples }

  /// Which rows belong together, of two views.
  public var pairs: Pairs {
    contract(views == 2, "pairs are of 2 views, not of \(views)")
    return Pairs(samples, groups: groups)
  }

  /// The same of other samples.
  func of(_ samples: Int, groups: Pairs.Groups) -> BatchForm {
    BatchForm(
      samples: samples, views: views, groups: groups, labels: labels, classes: classes,
      classWeights: classWeights, values: values)
  }
}
