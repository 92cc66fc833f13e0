/// Values of a variable that lie elsewhere and are read when they are asked for.
///
/// Two are equal if they have the same identity: a text that changes whenever the values do.
public struct StoredValues: Hashable, Sendable, CustomStringConvertible {
  private let identity: String
  private let values: @Sendable () throws -> [Float]

  /// Values that `values` reads, in the order of the variable's elements.
  public init(identity: String, _ values: @escaping @Sendable () throws -> [Float]) {
    self.identity = identity
    self.values = values
  }

  /// Reads the values.
  public func read() throws -> [Float] { try values() }

  public static func == (a: StoredValues, b: StoredValues) -> Bool { a.identity == b.identity }

  public func hash(into hasher: inout Hasher) { hasher.combine(identity) }

  public var description: String { identity }
}
