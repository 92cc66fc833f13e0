import Foundation
import OutsideOperation
import Recipes
import Testing

@Suite struct OutsideOperationTests {
  @Test func gradientsAreRight() throws {
    let x = CheckInput.uniform("x", [3, 5], in: -4...4)
    #expect(try gradientCheck("softplus", on: [x]) { softplus($0[0]) }.passes)
    #expect(try gradientCheck("sums", on: [x]) { $0[0].cumulativeSum }.passes)
    #expect(try gradientCheck(PairwiseSigmoid(bias: -1), on: .random(8, 16)).passes)
  }

  @Test func compiledIsAsDefined() throws {
    #expect(try largestDifference([.uniform("x", [70, 30], in: -4...4)]) { softplus($0[0] * 3) } < 1e-12)
    #expect(try largestDifference([.uniform("x", [7, 3, 50])]) { $0[0].cumulativeSum } < 1e-12)
    #expect(try largestDifference([.random(8, 16)]) { PairwiseSigmoid()($0[0], Pairs(4)) } < 1e-12)
  }

  /// The elementwise operation is fused into the epilogue of a matrix product; the other one is a separate
  /// call.
  @Test func areCompiledLikeAnyOther() throws {
    let graph = GraphBuilder()
    let (x, w) = (graph.input("x", [64, 16]), graph.input("w", [16, 16]))
    let program = try Program(graph, outputs: [softplus(matmul(x, w)).cumulativeSum])
    #expect(program.schedule.calls.map(\.operations) == [["MatMul", "Softplus"], ["CumulativeSum"]])
  }

  /// Two orthogonal pairs, temperature 1, bias 0: log(1 + 1/e) for each pair, log 2 for each of the others.
  @Test func lossHasItsValue() throws {
    let graph = GraphBuilder(precision: .float64)
    let loss = PairwiseSigmoid(temperature: 1, bias: 0)(graph.input("z", [4, 2]), Pairs(2))
    let z = Value<Double>.real([1, 0, 0, 1, 1, 0, 0, 1], [4, 2])
    let value = Interpreter<Double>(try graph.build(), inputs: ["z": z])[loss][0]
    #expect(abs(value - log(1 + exp(-1)) - log(2)) < 1e-9)
  }
}

// Returns the largest difference between a compiled program and its operations' definitions.
private func largestDifference(
  _ inputs: [CheckInput], _ function: ([Tensor]) -> Tensor
) throws -> Double {
  let graph = GraphBuilder(precision: .float64)
  let result = function(inputs.map { graph.input($0.name, $0.shape) })
  var generator = CounterGenerator(seed: 1)
  let values = Dictionary(uniqueKeysWithValues: inputs.map { ($0.name, $0.drawn(&generator)) })
  let program = try Program(graph, outputs: [result])
  for (name, value) in values { program.setInput(name, to: value.reals) }
  program.run()
  let expected = Interpreter<Double>(try graph.build(), inputs: values)[result]
  return zip(program.value(of: result, as: Double.self), expected).map { abs($0 - $1) }.max() ?? 0
}
