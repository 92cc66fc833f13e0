/// The sizes in bytes at which operations are divided into several MPI calls.
package struct TransferSizes: Sendable {
  /// The size of the pieces of a sum or a broadcast. Summing one piece overlaps with sending another, and
  /// scratch memory is bounded.
  package var piece = 4 << 20
  /// The largest result of a gather in one call, as MPI's counts have 32 bits.
  package var gather = Int(Int32.max)

  package init() {}
}
