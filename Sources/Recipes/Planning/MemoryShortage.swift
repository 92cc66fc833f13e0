/// There is less memory than something takes.
public struct MemoryShortage: Error, Equatable, Sendable, CustomStringConvertible {
  /// What takes it.
  let purpose: String
  /// How many bytes that are.
  let needed: Int
  /// How many bytes there are.
  let available: Int
  /// Whether the limit is that of the address space.
  let isAddressSpace: Bool

  /// What there is of it, for the end of a sentence.
  var remainder: String {
    "\(SystemMemory.text(available)) are "
      + (isAddressSpace ? "left of the process's limit (ulimit -v or -d)" : "available")
  }

  /// One sentence: what takes how much, and what there is.
  public var description: String {
    "\(purpose) takes \(SystemMemory.text(needed)) of \(isAddressSpace ? "address space" : "memory"), but \(remainder)."
  }
}
