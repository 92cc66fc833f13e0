/// The range of a tensor's elements, all of them finite.
public struct ElementRange: Hashable, Sendable {
  /// The smallest element.
  public let least: Double
  /// The largest element.
  public let largest: Double
  /// Whether any element is 0.
  public let hasZeros: Bool

  /// Creates a range.
  ///
  /// - Parameters:
  ///   - least: The smallest element.
  ///   - largest: The largest element.
  ///   - hasZeros: Whether any element is 0.
  public init(least: Double, largest: Double, hasZeros: Bool) {
    self.least = least
    self.largest = largest
    self.hasZeros = hasZeros
  }
}
