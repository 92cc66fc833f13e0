import Graph
import Testing

/// An operation that says one type when it is applied and another when it is asked again.
private final class Mood: @unchecked Sendable {
  var shape: Shape = [2]
}

private struct Fickle: Operation {
  let mood: Mood

  static func == (a: Fickle, b: Fickle) -> Bool { a.mood === b.mood }
  func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(mood)) }

  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    if mood.shape.rank == 0 { throw ShapeError("Fickle is in no mood.", expected: "a mood", found: "none") }
    return TensorType(mood.shape, .float32)
  }
}

@Suite struct VerifierTests {
  @Test func acceptsAGraph() throws {
    let graph = GraphBuilder()
    let w = graph.variable("w", [2], role: .weight, initializer: .zeros)
    graph.update(w, to: plus(w, graph.input("x", [2])))
    try graph.verify()
  }

  @Test func refusesATypeThatDoesNotFollow() throws {
    let (graph, mood) = (GraphBuilder(), Mood())
    _ = graph.apply(Fickle(mood: mood), to: [graph.input("x", [1])])
    try graph.verify()
    mood.shape = [3]
    let error = try #require(throws: InvalidGraph.self) { try graph.verify() }
    #expect(error.description == "%1 Fickle is declared f32[2] but computes f32[3].")
  }

  @Test func refusesOperandsThatDoNotFit() throws {
    let (graph, mood) = (GraphBuilder(), Mood())
    _ = graph.apply(Fickle(mood: mood), to: [])
    mood.shape = []
    let error = try #require(throws: InvalidGraph.self) { try graph.verify() }
    #expect(error.description == "%0 Fickle: Fickle is in no mood.")
  }

  @Test func refusesAGraphWithAMistake() {
    let graph = GraphBuilder()
    _ = plus(graph.input("x", [1]), graph.input("y", [2]))
    #expect(throws: GraphErrors.self) { try graph.verify() }
  }
}
