/// The sizes of the transfers that an operation consists of, in bytes.
package struct TransferSizes: Sendable {
  /// A sum or a broadcast is made of pieces of this size, so that adding overlaps with sending, and the
  /// memory that it takes is bounded.
  package var piece = 16 << 20
  /// The largest gather that is left to the library, which counts in 32 bits.
  package var gather = Int(Int32.max)

  package init() {}
}
