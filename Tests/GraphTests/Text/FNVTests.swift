import Testing

@testable import Graph

/// The values that the authors publish for their test vectors.
@Suite struct FNVTests {
  @Test(
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func isThatOfTheAuthors(_ row: (text: String, hash: UInt64)) {
    #expect(FNV.hash(row.text) == row.hash)
    #expect(FNV.hash(row.text.utf8.map { UInt64($0) }) == row.hash)
  }
}
