/// The requirements of an objective on its stage. A stage that does not meet them is rejected with an error
/// message.
public struct ObjectiveNeeds: Hashable, Sendable {
  /// The supported numbers of views per sample.
  public var views: ViewCount
  /// Whether it reads labels, which the stage's selection must have.
  public var labels: Bool
  /// Whether it weights classes by their frequency in the stage's photographs.
  public var classWeights: Bool
  /// The columns of the manifest that it reads as numbers; `true` and `yes` are 1, `false` and `no` are 0.
  /// Empty fields and words such as `NaN` and `unknown` mean an unknown value.
  public var values: [String]
  /// Whether a photograph without any of these numbers teaches it nothing: a stage leaves such ones out, but
  /// where it reads `.patients`, whose pairs stay whole.
  public var valuesOnly: Bool
  /// Whether it requires groups of samples, such as those of a patient. It may read groups without requiring
  /// them.
  public var groups: Bool
  /// Whether it reads the encoder's features besides the head's output.
  public var features: Bool
  /// Whether it requires a ``PredictionHead``.
  public var predictor: Bool
  /// Whether it requires a ``TargetNetwork``.
  public var targetNetwork: Bool
  /// How many of the views, from the first one, the ``TargetNetwork`` sees, if the stage has one; all if nil.
  public var targetViews: Int?

  /// Creates requirements, none by default, with any number of views.
  ///
  /// - Parameters:
  ///   - views: The supported numbers of views per sample.
  ///   - labels: Whether it reads labels, which the stage's selection must have.
  ///   - classWeights: Whether it weights classes by their frequency in the stage's photographs.
  ///   - values: The columns of the manifest that it reads as numbers; `true` and `yes` are 1, `false` and
  ///     `no` are 0. Empty fields and words such as `NaN` and `unknown` mean an unknown value.
  ///   - valuesOnly: Whether a photograph without any of these numbers teaches it nothing: a stage leaves
  ///     such ones out, but where it reads `.patients`, whose pairs stay whole.
  ///   - groups: Whether it requires groups of samples, such as those of a patient. It may read groups
  ///     without requiring them.
  ///   - features: Whether it reads the encoder's features besides the head's output.
  ///   - predictor: Whether it requires a ``PredictionHead``.
  ///   - targetNetwork: Whether it requires a ``TargetNetwork``.
  ///   - targetViews: How many of the views, from the first one, the ``TargetNetwork`` sees, if the stage has
  ///     one; all if nil.
  public init(
    views: ViewCount = .any, labels: Bool = false, classWeights: Bool = false, values: [String] = [],
    valuesOnly: Bool = false, groups: Bool = false, features: Bool = false, predictor: Bool = false,
    targetNetwork: Bool = false, targetViews: Int? = nil
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
    self.targetViews = targetViews
  }

  /// Returns the combined requirements of two objectives on the same batch.
  func and(_ other: ObjectiveNeeds) -> ObjectiveNeeds {
    ObjectiveNeeds(
      views: views.and(other.views), labels: labels || other.labels,
      classWeights: classWeights || other.classWeights,
      values: values + other.values.filter { !values.contains($0) },
      valuesOnly: valuesOnly && other.valuesOnly, groups: groups || other.groups,
      features: features || other.features, predictor: predictor || other.predictor,
      targetNetwork: targetNetwork || other.targetNetwork,
      targetViews: targetViews.flatMap { own in other.targetViews.map { max(own, $0) } })
  }

  /// Returns how many of a number of views a target network sees: at least one, as a loss that has no use for
  /// any is reported.
  func targetViews(of views: Int) -> Int { min(views, max(1, targetViews ?? views)) }
}

/// The supported numbers of views per sample: `2`, `.atLeast(2)`.
public struct ViewCount: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  private let numbers: Range<Int>

  /// One or more views.
  public static let any = ViewCount.atLeast(1)

  /// Returns exactly this number of views.
  ///
  /// - Parameter count: The number of views.
  public static func exactly(_ count: Int) -> ViewCount { ViewCount(numbers: count..<count + 1) }

  /// Returns this number of views or more.
  ///
  /// - Parameter count: The number of views.
  public static func atLeast(_ count: Int) -> ViewCount { ViewCount(numbers: count..<Int.max) }

  private init(numbers: Range<Int>) { self.numbers = numbers }

  public init(integerLiteral count: Int) { self = .exactly(count) }

  /// Returns whether a number of views is supported.
  ///
  /// - Parameter count: The number of views.
  public func contains(_ count: Int) -> Bool { numbers.contains(count) }

  /// The smallest number of views; nil if none is supported.
  public var least: Int? { numbers.first }

  /// `2`, or `at least 2`.
  public var description: String {
    numbers.upperBound == .max ? "at least \(numbers.lowerBound)" : "\(numbers.lowerBound)"
  }

  /// Returns the numbers of views that both support.
  func and(_ other: ViewCount) -> ViewCount { ViewCount(numbers: numbers.clamped(to: other.numbers)) }
}
