/// A property that does not make a value another one, such as the place where a layer was written: any two
/// are equal.
///
///     struct Scale: Layer {
///       let factor: Double
///       @Incidental private(set) var location: SourceLocation?
///     }
@propertyWrapper
public struct Incidental<Value: Sendable>: Hashable, Sendable {
  /// The property.
  public var wrappedValue: Value

  /// A property with a value.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

  public static func == (a: Incidental, b: Incidental) -> Bool { true }

  public func hash(into hasher: inout Hasher) {}
}

extension Incidental: IncidentalProperty {}

/// What is left out where the settings of a value are printed.
package protocol IncidentalProperty {}
