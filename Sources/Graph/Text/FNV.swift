/// The 64-bit hash of Fowler, Noll and Vo (FNV-1a), the same in every run of a program.
package enum FNV {
  /// The hash of numbers: bytes, or words that are taken whole.
  package static func hash(_ numbers: some Sequence<UInt64>) -> UInt64 {
    numbers.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
  }

  /// The hash of a text in UTF-8.
  package static func hash(_ text: String) -> UInt64 { hash(text.utf8.lazy.map { UInt64($0) }) }
}
