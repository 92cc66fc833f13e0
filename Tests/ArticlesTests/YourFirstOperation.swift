import Foundation
import Recipes
import Testing

private struct LogCosh: Elementwise {
  static var arity: Int { 1 }

  var isCostly: Bool { true }

  func element<T: Real>(_ x: Elements<T>) -> T { abs(x[0]) + T.log((1 + T.exp(-2 * abs(x[0]))) / 2) }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * tanh(operands[0])]
  }
}

private func logCosh(_ x: Tensor) -> Tensor { x.graph.apply(LogCosh(), to: [x]) }

private struct Rolled: TensorOperation {
  var steps = 1

  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands)
    guard operands[0].shape.rank > 0 else {
      throw ShapeError(
        "A number has no rows to roll.", expected: "at least one axis", found: "\(operands[0])")
    }
    return operands[0]
  }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(Rolled(steps: -steps), to: [upstream])]
  }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, rows) = (operands[0], type.shape[0])
    return x.indices.map { index in
      let from = index - steps * (x.count / rows)
      return x[(from % x.count + x.count) % x.count]
    }
  }
}

extension Tensor {
  fileprivate func rolled(by steps: Int = 1) -> Tensor { graph.apply(Rolled(steps: steps), to: [self]) }
}

private struct Smoothed: KernelOperation {
  var share = 0.9
  var fromEnd = false

  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands)
    guard operands[0].shape.rank > 0 else {
      throw ShapeError(
        "A number has no row to smooth.", expected: "at least one axis", found: "\(operands[0])")
    }
    return operands[0]
  }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(Smoothed(share: share, fromEnd: !fromEnd), to: [upstream])]
  }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, length) = (operands[0], type.shape[-1])
    return x.indices.map { index in
      let start = index / length * length
      let earlier = fromEnd ? index..<start + length : start..<index + 1
      return earlier.reduce(0) { $0 + T(1 - share) * T.pow(T(share), T(abs(index - $1))) * x[$1] }
    }
  }

  func partCount(_ operands: [TensorType], result: TensorType) -> Int {
    result.shape.dimensions.dropLast().reduce(1, *)
  }

  func compute<T: Real>(_ rows: Range<Int>, _ buffers: KernelBuffers<T>) {
    let (x, result, length) = (buffers[0], buffers.result, buffers.resultShape[-1])
    for row in rows {
      var mean: T = 0
      for place in 0..<length {
        let index = row * length + (fromEnd ? length - 1 - place : place)
        mean = T(share) * mean + T(1 - share) * x[index]
        result[index] = mean
      }
    }
  }
}

extension Tensor {
  fileprivate func smoothed(_ share: Double) -> Tensor { graph.apply(Smoothed(share: share), to: [self]) }
}

private func largestDifference(_ input: CheckInput, _ function: (Tensor) -> Tensor) throws -> Double {
  let graph = GraphBuilder(precision: .float64)
  let result = function(graph.input(input.name, input.shape))
  let program = try Program(graph, outputs: [result])
  var generator = CounterGenerator(seed: 1)
  let value = input.drawn(&generator)
  program.setInput(input.name, to: value.reals)
  program.run()
  let expected = Interpreter<Double>(try graph.build(), inputs: [input.name: value])[result]
  return zip(program.value(of: result, as: Double.self), expected).map { abs($0 - $1) }.max() ?? 0
}

@Suite struct YourFirstOperation {
  @Test func gradients() throws {
    try gradientCheck(LogCosh(), on: [.uniform("x", [3, 5], in: -4...4)]).verify()
    try gradientCheck(Rolled(steps: 2), on: [.uniform("x", [3, 5])]).verify()
    try gradientCheck(Smoothed(), on: [.uniform("x", [3, 5])]).verify()
  }

  @Test func compiledIsAsDefined() throws {
    #expect(try largestDifference(.uniform("x", [70, 30], in: -4...4)) { logCosh($0 * 3) } < 1e-12)
    #expect(try largestDifference(.uniform("x", [7, 3, 5])) { $0.rolled(by: -1) } < 1e-12)
    #expect(try largestDifference(.uniform("x", [7, 3, 50])) { $0.smoothed(0.9) } < 1e-12)
  }

  @Test func valuesAreTheirFormulas() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [3, 1])
    let results = [logCosh(x), x.rolled(), x.reshaped(to: [3]).smoothed(0.5)]
    let program = try Program(graph, outputs: results)
    program.setInput("x", to: [-2.0, 0, 4])
    program.run()
    let values = results.map { program.value(of: $0, as: Double.self) }
    for (own, x) in zip(values[0], [-2.0, 0, 4]) { #expect(abs(own - log(cosh(x))) < 1e-12) }
    #expect(values[1] == [4, -2, 0])
    #expect(values[2] == [-1, -0.5, 1.75])
  }

  @Test func areCompiledLikeAnyOther() throws {
    let graph = GraphBuilder()
    let (x, w) = (graph.input("x", [64, 16]), graph.input("w", [16, 16]))
    let mixed = 0.7 * x + 0.3 * x.rolled()
    let program = try Program(graph, outputs: [logCosh(matmul(mixed, w)).smoothed(0.9)])
    let calls = program.schedule.calls.map { "\($0.summary): \($0.operations.joined(separator: " "))" }
    let text = """
      reference Rolled [64, 16]: Rolled
      loop 1x1024, 7 steps: Add
      matmul 64x16x16 + epilogue: MatMul LogCosh
      Smoothed [64, 16]: Smoothed
      """
    #expect(calls.joined(separator: "\n") == text, "\(calls.joined(separator: "\n"))")
  }

  @Test func aLargeArgumentDoesNotOverflow() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    let y = logCosh(x)
    let program = try Program(graph, outputs: [y])
    program.setInput("x", to: [Float(-1000), 1000])
    program.run()
    #expect(program.value(of: y, as: Float.self).allSatisfy { abs($0 - 999.3068) < 1e-3 })
  }

  @Test func aNumberHasNoRows() {
    #expect(throws: GraphErrors.self) {
      let graph = GraphBuilder()
      _ = graph.input("x", []).rolled()
      try graph.validate()
    }
  }
}
