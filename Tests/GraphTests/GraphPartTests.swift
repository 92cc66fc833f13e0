import Graph
import Testing

struct GraphPartTests {
  /// y = x a b + z, c <- c + y, of which the part behind x a knows neither x nor a.
  @Test func aPartHasWhatFollowsATensor() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [3, 2])
    let (a, b) = (variable("a", [2, 2], in: graph), variable("b", [2, 1], in: graph))
    let middle = product(x, a)
    let y = plus(product(middle, b), graph.input("z", [3, 1]))
    let c = variable("c", [3, 1], in: graph)
    graph.update(c, to: plus(c, y))
    let (part, results) = graph.part(behind: middle, asInput: "middle", for: [y])

    #expect(part.inputs.map(\.name) == ["middle", "z"])
    #expect(part.nodes[part.inputs[0].node].type == middle.type)
    #expect(part.variables.map(\.path) == ["b", "c"])
    #expect(part.updates.map(\.variable.path) == ["c"])
    #expect(results.map(\.shape) == [[3, 1]])
    try part.build(outputs: results).verify()
  }

  /// What is read in another way stays, beside the new input.
  @Test func whatElseDependsOnTheInputsStays() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [3, 2])
    let middle = product(x, variable("a", [2, 2], in: graph))
    let (part, results) = graph.part(behind: middle, asInput: "middle", for: [plus(middle, x)])
    #expect(part.inputs.map(\.name) == ["x", "middle"])
    #expect(part.variables.isEmpty && results.count == 1)
    try part.build(outputs: results).verify()
  }

  @Test func checkpointsCoverWhatIsLeftOfThem() throws {
    let graph = GraphBuilder()
    let x = graph.input("x", [3, 2])
    let (first, second) = graph.checkpointed {
      let first = times(x, 2)
      return (first, times(times(first, 3), 4))
    }
    let (part, results) = graph.part(behind: first, asInput: "first", for: [second])
    #expect(part.nodes.map(\.operation.name) == ["Input", "Times", "Times"])
    #expect(part.checkpoints == [0..<3])
    try part.build(outputs: results).verify()
  }

  private func product(_ a: Tensor, _ b: Tensor) -> Tensor { a.graph.apply(Product(), to: [a, b]) }

  private func variable(_ name: String, _ shape: Shape, in graph: GraphBuilder) -> Tensor {
    graph.variable(name, shape, role: .weight, initializer: .zeros)
  }
}
