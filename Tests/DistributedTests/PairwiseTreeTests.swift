import Testing

@testable import Distributed

struct PairwiseTreeTests {
  /// The sum by the definition of the tree: the largest power of two below the number of vectors is the left
  /// branch.
  private func sum(_ vectors: ArraySlice<[Float]>) -> [Float] {
    guard vectors.count > 1 else { return vectors.first ?? [] }
    var left = 1
    while 2 * left < vectors.count { left *= 2 }
    return zip(sum(vectors.prefix(left)), sum(vectors.dropFirst(left))).map { $0 + $1 }
  }

  @Test(arguments: 1...17) func addsInPairs(count: Int) {
    for length in [0, 1, 15, 16, 17, 5000] {
      var generator = SystemRandomNumberGenerator()
      let vectors = (0..<count).map { _ in
        (0..<length).map { _ in Float.random(in: -1...1, using: &generator) * 1000 }
      }
      var all = vectors.flatMap { $0 }
      all.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { PairwiseTree.sum(start, count: count, length: length) }
      }
      #expect(
        all.prefix(length).map(\.bitPattern) == sum(vectors[...]).map(\.bitPattern), "\(length) elements")
    }
  }

  /// Numbers whose sum depends on the order.
  @Test func theOrderIsThatOfBranches() {
    var values: [Float] = [1, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-24]
    values.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { PairwiseTree.sum(start, count: 6, length: 1) }
    }
    // 1 + 2^-24 rounds to 1; each of the two other pairs adds 2^-23.
    #expect(values[0] == 1 + 0x1p-22)
  }
}
