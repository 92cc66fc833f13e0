/// A component of a stage with its source location.
public struct StageLine: Checkable, Hashable {
  /// The component.
  public let component: any StageComponent
  /// The source location.
  public let location: SourceLocation?

  /// Creates a line of a stage.
  ///
  /// - Parameters:
  ///   - component: The component.
  ///   - location: The source location.
  public init(_ component: any StageComponent, at location: SourceLocation) {
    self.component = component
    self.location = location
  }

  public var parts: [any Checkable] { [component] }

  public static func == (a: StageLine, b: StageLine) -> Bool { areEqual(a.component, b.component) }

  public func hash(into hasher: inout Hasher) { hasher.combine(component) }
}
