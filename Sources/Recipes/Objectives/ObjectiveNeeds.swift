/// What an objective needs of the stage that trains by it. A stage that lacks some of it is refused in a
/// sentence.
public struct ObjectiveNeeds: Hashable, Sendable {
  /// The numbers of views of a sample that it can be given.
  public var views: ViewCount
  /// Whether it reads labels: the stage's selection has some.
  public var labels: Bool
  /// Whether it weights classes by how rare they are among the stage's photographs.
  public var classWeights: Bool
  /// The columns of the manifest that it reads as numbers; `true` and `yes` are 1, `false` and `no` are 0.
  /// Nothing, and words such as `NaN` and `unknown`, mean that nobody knows.
  public var values: [String]
  /// Whether a photograph without any of these numbers teaches it nothing: a stage leaves such ones out, but
  /// where it reads `.patients`, whose pairs stay whole.
  public var valuesOnly: Bool
  /// Whether it cannot do without groups of samples, such as those of a patient. It may read them without
  /// needing them.
  public var groups: Bool
  /// Whether it reads the features that the encoder makes, besides what the head makes of them.
  public var features: Bool
  /// Whether it cannot do without a ``PredictionHead``.
  public var predictor: Bool
  /// Whether it cannot do without a ``TargetNetwork``.
  public var targetNetwork: Bool

  /// Needs that are none unless they are named; any number of views will do.
  public init(
    views: ViewCount = .any, labels: Bool = false, classWeights: Bool = false, values: [String] = [],
    valuesOnly: Bool = false, groups: Bool = false, features: Bool = false, predictor: Bool = false,
    targetNetwork: Bool = false
  ) {
    self.views = views
    self.labels = labels
    self.classWeights = classWeights
    self.values = values
    self.valuesOnly = valuesOnly
    self.groups = groups
    self.features = features
    self.predictor = predictor
    self.targetNetwork = targetNetwork
  }

  /// What two objectives of the same batch need together.
  func and(_ other: ObjectiveNeeds) -> ObjectiveNeeds {
    ObjectiveNeeds(
      views: views.and(other.views), labels: labels || other.labels,
      classWeights: classWeights || other.classWeights,
      values: values + other.values.filter { !values.contains($0) },
      valuesOnly: valuesOnly && other.valuesOnly, groups: groups || other.groups,
      features: features || other.features, predictor: predictor || other.predictor,
      targetNetwork: targetNetwork || other.targetNetwork)
  }
}

/// The numbers of views of a sample that an objective can be given: `2`, `.atLeast(2)`.
public struct ViewCount: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  private let numbers: Range<Int>

  /// One view or more.
  public static let any = ViewCount.atLeast(1)

  /// So many views.
  public static func exactly(_ count: Int) -> ViewCount { ViewCount(numbers: count..<count + 1) }

  /// So many views or more.
  public static func atLeast(_ count: Int) -> ViewCount { ViewCount(numbers: count..<Int.max) }

  private init(numbers: Range<Int>) { self.numbers = numbers }

  public init(integerLiteral count: Int) { self = .exactly(count) }

  /// Whether so many views are among them.
  public func contains(_ count: Int) -> Bool { numbers.contains(count) }

  /// The fewest views; nil if no number will do.
  public var least: Int? { numbers.first }

  /// `2`, or `at least 2`.
  public var description: String {
    numbers.upperBound == .max ? "at least \(numbers.lowerBound)" : "\(numbers.lowerBound)"
  }

  /// The numbers that are among both.
  func and(_ other: ViewCount) -> ViewCount { ViewCount(numbers: numbers.clamped(to: other.numbers)) }
}
