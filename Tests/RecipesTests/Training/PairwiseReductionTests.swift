import Ops
import TestSupport
import Testing

@testable import Recipes

struct PairwiseReductionTests {
  private let workers = Workers(count: 2)

  /// Two tensors of each part, the second longer than the work of one task.
  private func values(_ part: Int) -> [[Float]] {
    [3, 40_000].enumerated().map { tensor, count in
      var generator = CounterGenerator(seed: 1, part, tensor)
      return (0..<count).map { _ in Float(generator.normal()) }
    }
  }

  /// - Parameter isInPlace: Whether each part's tensors are in the memory of the results.
  private func reduced(
    _ kind: PairwiseReduction.Kind, _ parts: [[[Float]]], inPlace isInPlace: Bool = false
  ) -> [[Float]] {
    let results = parts[0].map { UnsafeMutableBufferPointer<Float>.allocate(capacity: $0.count) }
    for result in results { result.initialize(repeating: .nan) }
    defer { results.forEach { $0.deallocate() } }
    let reduction = PairwiseReduction(kind, into: results, parts: parts.count, workers: workers)
    for (part, tensors) in parts.enumerated() {
      for (tensor, values) in tensors.enumerated() {
        if isInPlace {
          _ = results[tensor].update(fromContentsOf: values)
          reduction.add(UnsafeBufferPointer(results[tensor]), of: part, tensor: tensor)
        } else {
          values.withUnsafeBufferPointer { reduction.add($0, of: part, tensor: tensor) }
        }
      }
    }
    return parts[0].indices.map { Array(reduction.result(of: $0)) }
  }

  /// The left branch of a tree has the largest power of two of its parts.
  private func sum(_ parts: ArraySlice<[Float]>) -> [Float] {
    guard parts.count > 1, let first = parts.first else { return parts.first ?? [] }
    var left = 1
    while 2 * left < parts.count { left *= 2 }
    let (a, b) = (sum(parts.prefix(left)), sum(parts.dropFirst(left)))
    return first.indices.map { a[$0] + b[$0] }
  }

  @Test(arguments: 1...17) func sumsAreThoseOfATree(count: Int) {
    let parts = (0..<count).map(values)
    for isInPlace in [false, true] {
      let reduced = reduced(.sum, parts, inPlace: isInPlace)
      for tensor in 0..<2 {
        #expect(hasSameBits(reduced[tensor], sum(parts.map { $0[tensor] }[...])))
      }
    }
  }

  @Test(arguments: [1, 2, 3, 6, 7, 12]) func meansAreMeans(count: Int) {
    let parts = (0..<count).map(values)
    let reduced = reduced(.mean, parts)
    for tensor in 0..<2 {
      let mean = parts[0][tensor].indices.map { place in
        parts.reduce(0.0) { $0 + Double($1[tensor][place]) } / Double(count)
      }
      #expect(agree(reduced[tensor].map(Double.init), mean, to: 1e-6))
    }
  }

  /// A count of steps stays the number that it is.
  @Test(arguments: 1...9) func theMeanOfEqualValuesIsThatValue(count: Int) {
    let value: [[Float]] = [[0.1, 7, -1e-30]]
    #expect(hasSameBits(reduced(.mean, [[[Float]]](repeating: value, count: count))[0], value[0]))
  }

  /// Runs of 2^k parts are branches: the reduction of their results is that of all parts.
  @Test(arguments: [(8, 2), (8, 4), (6, 2), (12, 4), (16, 1)]) func runsAreBranches(count: Int, run: Int) {
    let parts = (0..<count).map(values)
    for kind in [PairwiseReduction.Kind.sum, .mean] {
      let runs = stride(from: 0, to: count, by: run).map { reduced(kind, Array(parts[$0..<$0 + run])) }
      let (divided, whole) = (reduced(kind, runs), reduced(kind, parts))
      for tensor in 0..<2 { #expect(hasSameBits(divided[tensor], whole[tensor])) }
    }
  }

  @Test func takesTheMemoryOfAFewBranches() {
    let results = [5, 3].map { UnsafeMutableBufferPointer<Float>.allocate(capacity: $0) }
    defer { results.forEach { $0.deallocate() } }
    for (parts, branches) in [(1, 0), (2, 1), (3, 2), (64, 6), (65, 7)] {
      let reduction = PairwiseReduction(.sum, into: results, parts: parts, workers: workers)
      #expect(reduction.byteCount == branches * 8 * 4)
      #expect(PairwiseReduction.byteCount(of: [5, 3], parts: parts) == reduction.byteCount)
    }
  }
}
