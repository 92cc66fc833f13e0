/// Values of a variable stored elsewhere, such as in a file, and read on demand.
///
/// Equal if their identities are equal: a text that changes whenever the values do.
public struct StoredValues: Hashable, Sendable, CustomStringConvertible {
  private let identity: String
  private let values: @Sendable () throws -> [Float]

  /// Creates stored values that `values` reads, in row-major order.
  ///
  /// - Parameters:
  ///   - identity: What tells these values from others, such as the file's checksum.
  ///   - values: Reads the values.
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
