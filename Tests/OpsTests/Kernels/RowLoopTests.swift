import Ops
import Testing

@Suite struct RowLoopTests {
  private let source: [Float] = {
    var generator = CounterGenerator(seed: 3)
    return (0..<200).map { _ in Float(generator.uniform()) }
  }()

  /// Blocks of vectors that overlap at the end give what adding one by one gives.
  @Test(arguments: 0..<140) func addsEveryElement(_ count: Int) {
    let offsets = [0, 17, 3, 60]
    let weights: [Float] = [0.5, -0.25, 0.125, 2]
    var result = [Float](repeating: -1, count: count + 1)
    result.withUnsafeMutableBufferPointer { result in
      source.withUnsafeBufferPointer { source in
        offsets.withUnsafeBufferPointer { offsets in
          weights.withUnsafeBufferPointer { weights in
            RowLoops.weightedSum(
              of: source, offsets: offsets, weights: weights,
              into: UnsafeMutableBufferPointer(rebasing: result[..<count]))
          }
        }
      }
    }
    let expected = (0..<count).map { i in
      zip(offsets, weights).reduce(0 as Float) { $0 + $1.1 * source[$1.0 + i] }
    }
    #expect(Array(result.dropLast()) == expected)
    #expect(result[count] == -1)
  }
}
