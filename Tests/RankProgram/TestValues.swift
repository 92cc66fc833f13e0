/// Pseudorandom data of a rank, which every other rank can compute.
enum TestValues {
  static func bytes(_ count: Int, by rank: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ rank &* 101 &+ $0 >> 8) }
  }

  /// Numbers of many magnitudes, whose sum depends on the order.
  static func floats(_ count: Int, by rank: Int) -> [Float] {
    var state = UInt64(rank + 1) &* 0x9E37_79B9_7F4A_7C15
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      let exponent = Int(state >> 58) % 16 - 8
      return Float(sign: state & 1 == 0 ? .plus : .minus, exponent: exponent, significand: 1)
        * (1 + Float(state >> 20 & 0xFF_FFFF) / 0x100_0000)
    }
  }

  /// Adds vectors in pairs like a binary counter: complete branches of equal size are joined, and in the end
  /// the remaining ones from the last to the first.
  static func tree(_ vectors: [[Float]]) -> [Float] {
    var branches: [(size: Int, sum: [Float])] = []
    for vector in vectors {
      var branch = (size: 1, sum: vector)
      while let last = branches.last, last.size == branch.size {
        branches.removeLast()
        branch = (2 * branch.size, zip(last.sum, branch.sum).map { $0 + $1 })
      }
      branches.append(branch)
    }
    guard var sum = branches.popLast()?.sum else { return [] }
    while let last = branches.popLast() { sum = zip(last.sum, sum).map { $0 + $1 } }
    return sum
  }
}
