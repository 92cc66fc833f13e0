/// Whether two values of any types are the same.
package func areEqual(_ a: any Hashable, _ b: any Hashable) -> Bool { AnyHashable(a) == AnyHashable(b) }

/// Whether two lists of values of any types are the same.
package func areEqual(_ a: [any Hashable], _ b: [any Hashable]) -> Bool {
  a.map { AnyHashable($0) } == b.map { AnyHashable($0) }
}
