/// A property that does not take part in equality, such as the source location of a layer: any two are equal.
///
///     struct Scale: Layer {
///       let factor: Double
///       @Incidental private(set) var location: SourceLocation?
///     }
@propertyWrapper
public struct Incidental<Value: Sendable>: Hashable, Sendable {
  /// The wrapped value.
  public var wrappedValue: Value

  /// Wraps a value.
  ///
  /// - Parameter wrappedValue: The wrapped value.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

  public static func == (a: Incidental, b: Incidental) -> Bool { true }

  public func hash(into hasher: inout Hasher) {}
}

extension Incidental: IncidentalProperty {}

/// A marker for properties omitted when the settings of a value are printed.
package protocol IncidentalProperty {}
