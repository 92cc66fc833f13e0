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
      let expected = sum(vectors[...]).map(\.bitPattern)
      // Into memory of its own, and into that of each vector.
      for target in 0...count {
        let bits = treeSum(vectors, into: target).map(\.bitPattern)
        #expect(bits == expected, "\(length) elements into \(target)")
      }
    }
  }

  /// Numbers whose sum depends on the order.
  @Test func theOrderIsThatOfBranches() {
    let values: [Float] = [1, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-24, 0x1p-24]
    // 1 + 2^-24 rounds to 1; each of the two other pairs adds 2^-23.
    #expect(treeSum(values.map { [$0] }, into: 0) == [1 + 0x1p-22])
  }

  /// Sums vectors into the memory of one of them, or beside them.
  private func treeSum(_ vectors: [[Float]], into target: Int) -> [Float] {
    let length = vectors[0].count
    let memory = (vectors + [vectors[0]]).map { vector in
      let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: length + 1)
      _ = copy.initialize(from: vector + [0])
      return copy
    }
    defer { memory.forEach { $0.deallocate() } }
    let starts = memory.compactMap(\.baseAddress)
    PairwiseTree.sum(Array(starts.dropLast()), into: starts[target], length: length)
    return Array(memory[target][..<length])
  }
}
