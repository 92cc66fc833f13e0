/// An error for an operation that needs more memory than available.
public struct MemoryShortage: Error, Equatable, Sendable, CustomStringConvertible {
  /// The operation.
  let purpose: String
  /// The needed bytes.
  let needed: Int
  /// The available bytes.
  let available: Int
  /// Whether the limit is that of the address space.
  let isAddressSpace: Bool

  /// The available memory, for the end of a sentence.
  var remainder: String {
    "\(SystemMemory.text(available)) are "
      + (isAddressSpace ? "left of the process's limit (ulimit -v or -d)" : "available")
  }

  /// A sentence with the operation, the needed and the available memory.
  public var description: String {
    "\(purpose) takes \(SystemMemory.text(needed)) of \(isAddressSpace ? "address space" : "memory"), but \(remainder)."
  }
}
