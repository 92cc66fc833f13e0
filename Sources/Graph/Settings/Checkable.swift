/// A value with settings that a user writes in a recipe: a layer, a loss, an optimizer, a line of a stage.
///
/// It keeps what it was given, and says what of it does not work. A pipeline asks all its parts before it
/// runs, and a graph each layer that is applied, so all problems are found together, and in every build:
///
///     struct Dropout: Layer {
///       let rate: Double
///       var problems: [SettingProblem] { Check.number("rate", rate, atLeast: 0, below: 1) }
///     }
public protocol Checkable: Sendable {
  /// The settings of its own that do not work; none unless it says otherwise.
  @SettingProblemBuilder var problems: [SettingProblem] { get }

  /// What it holds that has settings too, such as the layers of a block.
  var parts: [any Checkable] { get }

  /// Where it was written, if it knows.
  var location: SourceLocation? { get }
}

extension Checkable {
  public var problems: [SettingProblem] { [] }
  public var parts: [any Checkable] { [] }
  public var location: SourceLocation? { nil }

  /// Everything that does not work of its settings and those of its parts.
  ///
  /// - Parameter place: Where it was written, if it does not know itself.
  public func settingErrors(at place: SourceLocation? = nil) -> [SettingError] {
    let place = location ?? place
    let owner = String(describing: Self.self).prefix { $0 != "<" }
    return problems.map { SettingError(owner: String(owner), problem: $0, location: place) }
      + parts.flatMap { $0.settingErrors(at: place) }
  }
}

/// Collects the problems that a value finds with its settings, with `if` and `for`.
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
