/// A component of a stage and the place where it was written.
public struct StageLine: Checkable, Hashable {
  /// What the line is.
  public let component: any StageComponent
  /// Where it was written.
  public let location: SourceLocation?

  /// A line of a stage.
  public init(_ component: any StageComponent, at location: SourceLocation) {
    self.component = component
    self.location = location
  }

  public var parts: [any Checkable] { [component] }

  public static func == (a: StageLine, b: StageLine) -> Bool { areEqual(a.component, b.component) }

  public func hash(into hasher: inout Hasher) { hasher.combine(component) }
}
