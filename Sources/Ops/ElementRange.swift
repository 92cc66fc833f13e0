/// Where the elements of a tensor lie, all of them finite.
public struct ElementRange: Hashable, Sendable {
  /// The least.
  public let least: Double
  /// The largest.
  public let largest: Double
  /// Whether one of them is 0.
  public let hasZeros: Bool

  /// A range of elements.
  public init(least: Double, largest: Double, hasZeros: Bool) {
    self.least = least
    self.largest = largest
    self.hasZeros = hasZeros
  }
}
