import Autodiff
import TestSupport
import Testing

/// Graphs of layers drawn at random, with what may stand between them.
@Suite struct MixedRandomTests {
  /// Of whole numbers that rounding leaves as they are, so that a result is one number however it is
  /// computed.
  @Test func areExactOfWholeNumbers() throws {
    var (exact, rounded) = (0, 0)
    let passes: [Set<CompilerOptions.Pass>] = [[], [.prologues], [.epilogues]]
    for seed in 0..<12 {
      let options = CompilerOptions(
        disabled: passes[seed % 3], choices: KernelChoices(convolution: .im2col), precision: .mixed)
      let run = try MixedRun(of: options, inputs: .whole) { graph in
        var random = MixedRandomGraph(graph, seed: seed)
        return random.outputs()
      }
      // Some gradients are longer than 8 bits.
      if !run.isExact { continue }
      exact += 1
      rounded += run.rounded.count
      run.expectExact()
    }
    #expect(exact >= 8 && rounded > 3 * exact, "\(exact) graphs with \(rounded) rounded tensors")
  }
}

/// A graph of layers on matrices of 256 by 64 numbers, each small.
private struct MixedRandomGraph {
  private static let shape: Shape = [256, 64], map: Shape = [1, 16, 16, 64]
  private let graph: GraphBuilder
  private let tape: Tape
  private let hasGradients: Bool
  private var generator: CounterGenerator
  private var pool: [Tensor] = []
  private var weights: [Tensor] = []

  init(_ graph: GraphBuilder, seed: Int) {
    self.graph = graph
    tape = Tape(graph)
    hasGradients = seed.isMultiple(of: 4)
    generator = CounterGenerator(seed: 3, seed)
    pool = [product(graph.input("x", Self.shape))]
  }

  /// The last tensor, one before it, and in every fourth graph the gradients of the last one.
  mutating func outputs() -> [Tensor] {
    for _ in 0..<9 { pool.append(bounded(next())) }
    let last = product(pool[pool.count - 1])
    return [last, pool[within(0...pool.count - 2)].sum(axes: [0])]
      + (hasGradients
        ? tape.gradients(of: last, upstream: graph.input("upstream", last.shape), for: weights) : [])
  }

  private mutating func next() -> Tensor {
    let x = chance(0.7) ? pool[pool.count - 1] : pool[within(0...pool.count - 1)]
    switch within(0...12) {
    case 0...3: return product(x)
    case 4: return x + pool[within(0...pool.count - 1)]
    case 5: return relu(x + graph.input("row\(pool.count)", [64]))
    case 6: return x * graph.input("column\(pool.count)", [256, 1])
    case 7: return x + bounded(x.sum(axes: [0], keepingDimensions: true))
    case 8: return x - bounded(x.sum(axes: [1], keepingDimensions: true))
    case 9:
      let row = within(1...255)
      return concatenate([x.sliced(row..<256, axis: 0), x.sliced(0..<row, axis: 0)], axis: 0)
    case 10: return x.transposed.reshaped(to: Self.shape)
    case 11:
      return maxPool2d(x.reshaped(to: Self.map), window: 3, stride: 1, padding: 1).reshaped(to: Self.shape)
    default:
      let mask = graph.input("mask\(pool.count)", Self.shape)
      return select(mask .> 0, x, pool[within(0...pool.count - 1)])
    }
  }

  /// A layer: a product with a matrix, or a convolution.
  private mutating func product(_ x: Tensor) -> Tensor {
    let kernel = chance(0.5) ? [] : chance(0.5) ? [1, 1] : [3, 3]
    let weight = graph.variable(
      "w\(weights.count)", Shape(kernel + [64, 64]), role: .weight, initializer: .zeros)
    weights.append(weight)
    if kernel.isEmpty { return matmul(x, weight) }
    return conv2d(x.reshaped(to: Self.map), weight, padding: kernel[0] / 2).reshaped(to: Self.shape)
  }

  private func bounded(_ x: Tensor) -> Tensor { maximum(minimum(x, 2), -2) }

  private mutating func chance(_ probability: Double) -> Bool { generator.chance(probability) }

  private mutating func within(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
}
