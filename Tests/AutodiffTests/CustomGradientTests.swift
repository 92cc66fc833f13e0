import Recipes
import Testing
import TestSupport

@Suite struct CustomGradientTests {
  private static let x: [Double] = [-2, -0.5, 0.25, 3]

  /// The function is computed, and its gradient is the one that was given.
  @Test func isTheOneGiven() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let y = cubed(x, factor: 5)
    let gradient = tape.gradients(of: y, upstream: x + 1, for: [x])[0]
    try expect(graph, [y, gradient], Self.x.map { $0 * $0 * $0 }, Self.x.map { ($0 + 1) * 5 * $0 })
  }

  /// A second tape differentiates what was given: 5 x gives 5.
  @Test func secondDerivativesGoThroughIt() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let first = tape.gradients(of: cubed(x, factor: 5), for: [x])[0]
    let second = tape.gradients(of: first * first, for: [x])[0]
    try expect(graph, [first, second], Self.x.map { 5 * $0 }, Self.x.map { 50 * $0 })
  }

  /// Two gradients of the same function of the same operand are kept apart.
  @Test func isNotMistakenForAnother() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let (a, b) = (cubed(x, factor: 5), cubed(x, factor: 7))
    let gradients = [a, b, a + b].map { tape.gradients(of: $0, for: [x])[0] }
    try expect(
      graph, gradients, Self.x.map { 5 * $0 }, Self.x.map { 7 * $0 }, Self.x.map { 12 * $0 })
  }

  /// The result and several operands may be used, and one may have no gradient.
  @Test func usesResultAndOperands() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let y = x * 2
    let result = customGradient(for: [x, y, x]) {
      $0[0] * $0[1]
    } gradient: { upstream, result, x in
      [upstream * result, nil, upstream * x[1]]
    }
    let gradient = tape.gradients(of: result, for: [x])[0]
    try expect(graph, [gradient], Self.x.map { 2 * $0 * $0 + 2 * $0 })
  }

  /// What else the function reads has no gradient.
  @Test func operandsAloneAreDifferentiated() throws {
    let graph = GraphBuilder(precision: .float64)
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let other = x + 1
    let y = customGradient(for: [x]) {
      $0[0] * other
    } gradient: { upstream, _, _ in
      [upstream]
    }
    let gradient = tape.gradients(of: y, for: [x])[0]
    try expect(graph, [gradient], [1, 1, 1, 1])
  }

  /// Inside a checkpoint the same bits come of it.
  @Test func isComputedAgainInACheckpoint() throws {
    func gradient(isInCheckpoint: Bool) throws -> [Double] {
      let graph = GraphBuilder(precision: .float64)
      let x = graph.input("x", [4])
      let tape = Tape(graph)
      let body = { tanh(cubed(exp(x), factor: 5) * x) }
      let y = isInCheckpoint ? graph.checkpointed(body) : body()
      let first = tape.gradients(of: y, for: [x])[0]
      let second = tape.gradients(of: first, for: [x])[0]
      let inputs = ["x": Value<Double>.real(Self.x.map { $0 / 4 }, [4])]
      try expectAgreement(graph, outputs: [y, first, second], inputs: inputs, tolerance: 1e-12)
      let interpreter = Interpreter<Double>(try graph.build(), inputs: inputs)
      return interpreter[first] + interpreter[second]
    }
    #expect(try gradient(isInCheckpoint: true) == gradient(isInCheckpoint: false))
  }

  /// A program that does not differentiate is the same with it and without, whatever passes run.
  @Test(arguments: [CompilerOptions(), CompilerOptions.noPass])
  func costsNothing(_ options: CompilerOptions) throws {
    func schedule(_ function: (Tensor) -> Tensor) throws -> String {
      let graph = GraphBuilder()
      let x = graph.input("x", [64, 64])
      let y = matmul(function(x * 2), x) + 1
      return try ProgramPlan(graph, outputs: [y], options: options).schedule.description
    }
    #expect(try schedule { cubed($0, factor: 5) } == schedule { $0 * $0 * $0 })
  }

  /// An output or a new value of a variable may be its result, and the operand itself its function.
  @Test func mayBeAnythingsResult() throws {
    let graph = GraphBuilder(precision: .float64)
    let w = graph.variable("w", [4], role: .weight, initializer: .ones)
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let clipped = customGradient(for: [w]) {
      $0[0]
    } gradient: { upstream, _, _ in
      [minimum(maximum(upstream, -1), 1)]
    }
    let gradient = tape.gradients(of: clipped, upstream: x, for: [w])[0]
    graph.update(w, to: cubed(w - gradient, factor: 1))
    try expectAgreement(
      graph, outputs: [clipped, gradient], inputs: ["x": .real(Self.x, [4])],
      variables: ["w": .real([1, 2, 3, 4], [4])], steps: 3, tolerance: 1e-12)
  }

  @Test func aMisshapenOneIsAMistakeOfTheModel() {
    let graph = GraphBuilder()
    let x = graph.input("x", [4])
    let tape = Tape(graph)
    let y = customGradient(for: [x]) {
      $0[0] * 2
    } gradient: { upstream, _, _ in
      [upstream.sum()]
    }
    let gradient = tape.gradients(of: y, for: [x])[0]
    #expect(gradient.shape == [4])
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        model: A custom gradient has another shape than its operand.
          expected: f32[4]
          found:    f32[]
        """
      ])
  }

  /// Its text, which decides whether a stage is run again, is the same in every process.
  @Test func isPrintedWithoutItsAddress() {
    let graph = GraphBuilder()
    _ = cubed(graph.input("x", [4]), factor: 5)
    #expect(graph.description.hasSuffix("%3: f32[4] = CustomGradient(%2, %0)"))
  }

  private func expect(
    _ graph: GraphBuilder, _ found: [Tensor], _ expected: [Double]...,
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) throws {
    let inputs = ["x": Value<Double>.real(Self.x, [4])]
    try expectAgreement(
      graph, outputs: found, inputs: inputs, tolerance: 1e-12, sourceLocation: sourceLocation)
    let interpreter = Interpreter<Double>(try graph.build(), inputs: inputs)
    for (tensor, expected) in zip(found, expected) {
      #expect(largestError(interpreter[tensor], expected) < 1e-12, sourceLocation: sourceLocation)
    }
  }
}

/// The cube, with a gradient that is not its own: a multiple of the operand.
private func cubed(_ x: Tensor, factor: Double) -> Tensor {
  customGradient(for: [x]) {
    $0[0] * $0[0] * $0[0]
  } gradient: { upstream, _, x in
    [upstream * x[0] * factor]
  }
}
