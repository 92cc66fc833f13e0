import Autodiff
import Testing

/// The variables of a program before anything sets them.
struct InitialVariablesTests {
  private func graph() -> (GraphBuilder, Tensor) {
    let graph = GraphBuilder()
    let x = graph.input("x", [1, 4])
    let weight = graph.variable("weight", [4, 3], role: .weight, initializer: .normal(deviation: 1))
    let shift = graph.variable("shift", [3], role: .bias, initializer: .constant(0.25))
    return (graph, matmul(x, weight) + shift)
  }

  @Test(arguments: [0, 7] as [UInt64]) func areTheInitialValues(seed: UInt64) throws {
    let (graph, y) = graph()
    let program = try Program(graph, outputs: [y], seed: seed)
    for variable in graph.variables {
      #expect(program.variable(variable.path) == (try variable.initialValues(seed: seed, as: Float.self)))
    }
    #expect(program.variable("shift", as: Float.self) == [0.25, 0.25, 0.25])
    #expect(Set(program.variable("weight", as: Float.self)).count == 12)
  }

  @Test func dependOnTheSeed() throws {
    let (graph, y) = graph()
    let (a, b) = (try Program(graph, outputs: [y]), try Program(graph, outputs: [y], seed: 1))
    #expect(a.variable("weight", as: Float.self) != b.variable("weight", as: Float.self))
    #expect(
      try Program(ProgramPlan(graph, outputs: [y])).variable("weight") == a.variable("weight", as: Float.self)
    )
  }
}
