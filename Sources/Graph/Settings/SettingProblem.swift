/// A setting with a value that does not work.
public struct SettingProblem: Hashable, Sendable {
  /// The setting's name.
  public let setting: String
  /// What it was given.
  public let value: String
  /// What it must be, such as `a number above 0`.
  public let requirement: String

  /// A setting that must be something else.
  public init(_ setting: String, _ value: some Sendable, mustBe requirement: String) {
    self.setting = setting
    self.value = (value as? String).map { "\"\($0)\"" } ?? "\(value)"
    self.requirement = requirement
  }
}

/// A setting that does not work, with the value it belongs to and the place where that was written.
public struct SettingError: Hashable, Sendable, CustomStringConvertible {
  /// The type of the value.
  public let owner: String
  /// What does not work.
  public let problem: SettingProblem
  /// Where the value was written.
  public let location: SourceLocation?

  /// A setting of a value that does not work.
  public init(owner: String, problem: SettingProblem, location: SourceLocation?) {
    self.owner = owner
    self.problem = problem
    self.location = location
  }

  /// A sentence without the place: `SGD(momentum: 2.0): momentum must be a number of at least 0 and below 1.`
  public var description: String {
    "\(owner)(\(problem.setting): \(problem.value)): \(problem.setting) must be \(problem.requirement)."
  }
}

extension GraphBuilder {
  /// Notes every setting of a value, and of its parts, that does not work; `validate()` throws them.
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
