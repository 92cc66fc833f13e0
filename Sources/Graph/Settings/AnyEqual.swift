/// Returns whether two values are of the same type and equal.
package func areEqual(_ a: any Hashable, _ b: any Hashable) -> Bool {
  func isEqual<T: Hashable>(_ a: T) -> Bool { a == b as? T }
  return isEqual(a)
}

/// Returns whether two lists hold the same values, whatever their types.
package func areEqual(_ a: [any Hashable], _ b: [any Hashable]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { areEqual($0, $1) }
}
