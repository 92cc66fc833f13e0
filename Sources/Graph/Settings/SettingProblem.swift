/// An invalid setting and its value.
public struct SettingProblem: Hashable, Sendable {
  /// The setting's name.
  public let setting: String
  /// The given value.
  public let value: String
  /// The requirement, such as `a number above 0`.
  public let requirement: String

  /// Creates a problem from a setting, its value and the requirement.
  ///
  /// - Parameters:
  ///   - setting: The setting's name.
  ///   - value: The given value.
  ///   - requirement: The requirement, such as `a number above 0`.
  public init(_ setting: String, _ value: some Sendable, mustBe requirement: String) {
    self.setting = setting
    self.value = (value as? String).map { "\"\($0)\"" } ?? "\(value)"
    self.requirement = requirement
  }
}

/// An invalid setting, with the type it belongs to and its source location.
public struct SettingError: Hashable, Sendable, CustomStringConvertible {
  /// The type that has the setting.
  public let owner: String
  /// The invalid setting.
  public let problem: SettingProblem
  /// The source location of the value.
  public let location: SourceLocation?

  /// Creates an error for an invalid setting.
  ///
  /// - Parameters:
  ///   - owner: The type that has the setting.
  ///   - problem: The invalid setting.
  ///   - location: The source location of the value.
  public init(owner: String, problem: SettingProblem, location: SourceLocation?) {
    self.owner = owner
    self.problem = problem
    self.location = location
  }

  /// A sentence without the location: `SGD(momentum: 2.0): momentum must be a number of at least 0 and below
  /// 1.`
  public var description: String {
    "\(owner)(\(problem.setting): \(problem.value)): \(problem.setting) must be \(problem.requirement)."
  }
}

extension GraphBuilder {
  /// Records every invalid setting of a value and its parts; `validate()` throws them.
  ///
  /// - Parameter value: A layer or another value with settings.
  public func check(_ value: some Checkable) { note(value.settingErrors(at: scope.location)) }

  func note(_ errors: [SettingError]) {
    for error in errors {
      _ = located(at: error.location) {
        report(
          ShapeError(
            "\(error.owner) cannot work with its \(error.problem.setting).",
            expected: error.problem.requirement, found: error.problem.value))
      }
    }
  }
}
