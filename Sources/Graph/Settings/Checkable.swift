/// A value with settings that a user writes in a recipe: a layer, a loss, an optimizer, a line of a stage.
///
/// It stores its settings unchecked and reports the invalid ones. A pipeline checks all its parts before it
/// runs, and a graph checks each layer that is applied, so all problems are found together, in every build
/// configuration:
///
///     struct Dropout: Layer {
///       let rate: Double
///       var problems: [SettingProblem] { Check.number("rate", rate, atLeast: 0, below: 1) }
///     }
public protocol Checkable: Sendable {
  /// The invalid settings of this value itself; none by default.
  @SettingProblemBuilder var problems: [SettingProblem] { get }

  /// Nested values with settings, such as the layers of a block.
  var parts: [any Checkable] { get }

  /// The source location, if stored.
  var location: SourceLocation? { get }
}

extension Checkable {
  public var problems: [SettingProblem] { [] }
  public var parts: [any Checkable] { [] }
  public var location: SourceLocation? { nil }

  /// Returns every invalid setting of this value and its parts.
  ///
  /// - Parameter place: The source location to report if the value stores none.
  public func settingErrors(at place: SourceLocation? = nil) -> [SettingError] {
    let place = location ?? place
    let owner = String(describing: Self.self).prefix { $0 != "<" }
    return problems.map { SettingError(owner: String(owner), problem: $0, location: place) }
      + parts.flatMap { $0.settingErrors(at: place) }
  }
}

/// A result builder for the problems of a value's settings, with `if` and `for`.
@resultBuilder
public enum SettingProblemBuilder {
  public static func buildExpression(_ problem: SettingProblem?) -> [SettingProblem] {
    problem.map { [$0] } ?? []
  }
  public static func buildExpression(_ problems: [SettingProblem]) -> [SettingProblem] { problems }
  public static func buildBlock(_ parts: [SettingProblem]...) -> [SettingProblem] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [SettingProblem]?) -> [SettingProblem] { part ?? [] }
  public static func buildEither(first part: [SettingProblem]) -> [SettingProblem] { part }
  public static func buildEither(second part: [SettingProblem]) -> [SettingProblem] { part }
  public static func buildArray(_ parts: [[SettingProblem]]) -> [SettingProblem] { parts.flatMap { $0 } }
}
