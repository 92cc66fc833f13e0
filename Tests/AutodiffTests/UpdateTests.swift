import Recipes
import Testing
import TestSupport

/// A variable that is updated more than once in a step.
@Suite struct UpdateTests {
  /// Each reader sees what the variable is by then, as a constant; the last value is kept.
  @Test(arguments: [false, true]) func aReaderSeesTheValueSoFar(checkpointed: Bool) throws {
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let x = graph.input("x", [3])
    func counted(_ x: Tensor) -> Tensor {
      let count = graph.variable("count", [], role: .memory, initializer: .zeros)
      graph.update(count, to: count + x.sum())
      return x * count
    }
    let y = checkpointed ? graph.checkpointed { counted(exp(counted(x))) } : counted(exp(counted(x)))
    let gradient = tape.gradients(of: y, for: [x])[0]
    try expectAgreement(
      graph, outputs: [y, gradient], inputs: ["x": .real([0.1, 0.2, 0.3], [3])],
      variables: ["count": .real([0.5], [])], steps: 3, tolerance: 1e-12)
    // The second reader has 0.5 and the first's sum, 0.6.
    let interpreter = Interpreter<Double>(
      try graph.build(), inputs: ["x": .real([0.1, 0.2, 0.3], [3])], variables: ["count": .real([0.5], [])])
    let exponentials = [0.05, 0.1, 0.15].map { Double.exp($0) }
    for place in 0..<3 {
      #expect(abs(interpreter[y][place] - 1.1 * exponentials[place]) < 1e-12)
      #expect(abs(interpreter[gradient][place] - 1.1 * 0.5 * exponentials[place]) < 1e-12)
    }
    let value = graph.updates[0].value
    #expect(abs(interpreter.values[value].reals[0] - (1.1 + exponentials.reduce(0, +))) < 1e-12)
  }

  /// To the differences it is a constant too.
  @Test func aGradientCheckHoldsIt() throws {
    let report = try gradientCheck("updated", on: [.uniform("x", [3])]) { tensors in
      let (x, graph) = (tensors[0], tensors[0].graph)
      func state() -> Tensor { graph.variable("state", [3], role: .memory, initializer: .ones) }
      graph.update(state(), to: state() * x)
      return state() * x
    }
    #expect(report.passes, "\(report)")
    #expect(report.stopped.map(\.operation) == ["Updated"])
  }
}

/// What is to be set before a run.
@Suite struct UnsetInputTests {
  @Test func aRunSaysWhichInputHasNoValue() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let graph = GraphBuilder()
      let rate = graph.input("rate", [], initially: 0.1)
      let y = graph.input("images", [2]) + graph.input("labels", [2]) * rate
      let program = try Program(graph, outputs: [y])
      program.setInput("labels", to: [1, 2] as [Float])
      program.run()
    }
    let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(said.contains("A program cannot run: the input \"images\" has no value."), "\(said)")
  }

  @Test func whatIsNotReadNeedsNoValue() throws {
    let graph = GraphBuilder()
    _ = graph.input("unread", [2])
    let (a, b) = (graph.input("a", [2]), graph.input("b", [2]))
    let w = graph.variable("w", [2], role: .memory, initializer: .zeros)
    graph.update(w, to: b)
    let sum = a + w
    let program = try Program(ProgramPlan(graph, outputs: [sum], updatingVariables: false))
    program.setInput("a", to: [1, 2] as [Float])
    program.setVariable("w", to: [1, 1] as [Float])
    program.run()
    #expect(program.value(of: sum, as: Float.self) == [2, 3])
  }
}
