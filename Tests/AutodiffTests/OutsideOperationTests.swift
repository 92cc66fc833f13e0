import AllocationCounter
import OperationCases
import Recipes
import Testing
import TestSupport

/// What the compiler makes of operations that it does not know. Their values and gradients are checked with
/// those of all others.
@Suite struct OutsideOperationTests {
  @Test func elementwiseOnesAreFused() throws {
    let graph = GraphBuilder()
    let (x, w) = (graph.input("x", [2, 8, 8, 6]), graph.input("w", [3, 3, 6, 6]))
    #expect(try calls(graph, softplus(x * 2) + 1) == [["Add"]])
    #expect(try calls(graph, sumOfProducts(x, x + 1, x, softplus(x)).sum(axes: [0, 1, 2])) == [["Sum"]])
    let convolved = conv2d(x, w, padding: 1)
    #expect(try calls(graph, softplus(convolved)) == [["Convolution2D", "Softplus"]])
    #expect(try calls(graph, conv2d(softplus(x), w, padding: 1)) == [["Convolution2D"]])
    #expect(
      try calls(graph, conv2d(softplus(x, isCostly: true), w, padding: 1)) == [
        ["Softplus"], ["Convolution2D"],
      ])
  }

  @Test func aKernelIsACallByItsName() throws {
    let graph = GraphBuilder()
    let sums = (graph.input("x", [200, 3]) * 2).summed(by: graph.input("labels", [200], .int32), classes: 100)
    let schedule = try ProgramPlan(graph, outputs: [exp(sums)], options: CompilerOptions()).schedule
    #expect(schedule.calls.map(\.operations) == [["Multiply"], ["SumByLabel"], ["Exp"]])
    #expect(schedule.calls[1].summary == "SumByLabel [100, 3]")
    #expect(schedule.calls[1].tile == "2 of 100 parts")
  }

  @Test func threadsChangeNoBit() throws {
    let graph = GraphBuilder()
    let (x, labels) = (graph.input("x", [3000, 40]), graph.input("labels", [3000], .int32))
    let tape = Tape(graph)
    let sums = composedSoftplus(softplus(x)).summed(by: labels, classes: 90)
    let loss = (sums * half(sums)).sum()
    let outputs = [sums, loss] + tape.gradients(of: loss, for: [x])
    let found = try [1, 2, 3].map { count in
      let workers = Workers(count: count)
      defer { workers.stop() }
      let program = try Program(graph, outputs: outputs, workers: workers)
      program.setInput("x", to: (0..<120_000).map { Float($0 % 1013) / 500 - 1 })
      program.setInput("labels", to: (0..<3000).map { Int32($0 * 7 % 90) })
      program.run()
      return outputs.map { program.value(of: $0, as: Float.self) }
    }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test(.enabled(if: allocation_counter_is_available() == 1))
  func aRunAllocatesNothing() async {
    await #expect(processExitsWith: .success) {
      let graph = GraphBuilder()
      let (x, labels) = (graph.input("x", [300, 7]), graph.input("labels", [300], .int32))
      for y in [sumOfProducts(softplus(x), x, half(x), x), x.summed(by: labels, classes: 9)] {
        let program = try Program(graph, outputs: [y], workers: .running(count: 2))
        program.setInput("x", to: [Float](repeating: 0.5, count: 2100))
        program.setInput("labels", to: [Int32](repeating: 3, count: 300))
        for _ in 0..<3 { program.run() }
        allocation_counter_start()
        for _ in 0..<5 { program.run() }
        let count = allocation_counter_stop()
        #expect(count == 0, "5 runs of \(program.schedule) allocated \(count) times")
      }
    }
  }

  private func calls(_ graph: GraphBuilder, _ output: Tensor) throws -> [[String]] {
    try ProgramPlan(graph, outputs: [output], options: CompilerOptions()).schedule.calls.map(\.operations)
  }
}

/// Operations that contradict themselves end in a sentence, not in the memory of others.
@Suite struct ContradictoryOperationTests {
  @Test func aResultOfAnotherSizeIsRefused() async {
    let interpreted = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let graph = GraphBuilder()
      _ = graph.apply(TooLong(), to: [graph.input("x", [2])])
      _ = Interpreter<Float>(try graph.build(), inputs: ["x": .real([1, 2], [2])])
    }
    let compiled = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let graph = GraphBuilder()
      let y = graph.apply(TooLong(), to: [graph.input("x", [2])])
      let program = try Program(graph, outputs: [y])
      program.setInput("x", to: [1, 2] as [Float])
      program.run()
    }
    for result in [interpreted, compiled] {
      #expect(
        said(result).contains(
          "TooLong.evaluate gave 3 elements of f32, but its resultType is f32[2], which has 2: one of the two"
        ))
    }
  }

  @Test func anElementwiseShapeOfItsOwnIsRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let graph = GraphBuilder()
      _ = try Program(graph, outputs: [graph.apply(Shrinking(), to: [graph.input("x", [2])])])
    }
    #expect(said(result).contains("Shrinking is elementwise, but its resultType is f32[1]"))
  }

  @Test func tooFewGradientsAreRefused() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let graph = GraphBuilder()
      let x = graph.input("x", [2])
      let tape = Tape(graph)
      _ = tape.gradients(of: graph.apply(TooLong(), to: [x]), for: [x])
    }
    #expect(said(result).contains("TooLong.gradient gave 0 gradients for 1 operands."))
  }

  private func said(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}

private struct TooLong: TensorOperation {
  func resultType(of operands: [TensorType]) -> TensorType { operands[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [] }

  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] { operands[0] + [0] }
}

private struct Shrinking: Elementwise {
  static var arity: Int { 1 }

  func resultType(of operands: [TensorType]) -> TensorType { TensorType([1], operands[0].element) }

  func element<T: Real>(_ x: Elements<T>) -> T { x[0] }

  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil] }
}
