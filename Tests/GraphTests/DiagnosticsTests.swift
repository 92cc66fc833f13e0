import Graph
import Testing

private struct Faulty: Layer {
  static let line = #line

  var body: some Layer {
    Dense(3)
    Sequential {
      Misfit(adding: 5)
      Misfit(adding: 3)
      Misfit(adding: 7)
    }
  }
}

@Suite struct DiagnosticsTests {
  @Test func allAreReportedTogether() throws {
    let graph = GraphBuilder()
    let output = Faulty().atRoot(graph.input("x", [2, 4]))
    #expect(output.type == TensorType([2, 3], .float32))
    let errors = try #require(throws: GraphErrors.self) { try graph.validate() }
    #expect(
      errors.description == """
        The model has 2 errors.
        sequential1.0 (GraphTests/DiagnosticsTests.swift:\(Faulty.line + 5)): Plus needs two of a kind.
          expected: f32[2,3]
          found:    f32[2,5]
        sequential1.2 (GraphTests/DiagnosticsTests.swift:\(Faulty.line + 7)): Plus needs two of a kind.
          expected: f32[2,3]
          found:    f32[2,7]
        """)
  }

  @Test func oneErrorIsOne() throws {
    let graph = GraphBuilder()
    _ = plus(graph.input("x", [2]), graph.input("y", [3]))
    let errors = try #require(throws: GraphErrors.self) { try graph.validate() }
    #expect(
      errors.description == """
        The model has 1 error.
        model: Plus needs two of a kind.
          expected: f32[2]
          found:    f32[3]
        """)
  }

  @Test func whatFollowsFromAMistakeIsNotReported() {
    let graph = GraphBuilder()
    let x = graph.input("x", [2])
    let y = graph.apply(Product(), to: [x, x])
    #expect(!y.isKnown)
    #expect(!plus(times(y, 2), x).isKnown)
    #expect(graph.diagnostics.count == 1)
  }

  @Test func theSameMistakeIsReportedOnce() {
    let graph = GraphBuilder()
    for _ in 0..<3 { _ = plus(graph.constant(1, [2]), graph.constant(1, [3])) }
    #expect(graph.diagnostics.count == 1)
  }

  @Test func aStandInHasTheTypeToGoOnWith() {
    let graph = GraphBuilder()
    let y = plus(graph.input("x", [2]), graph.input("y", [3]))
    #expect(y.isKnown)
    #expect(y.shape == [2])
  }

  @Test func placesInTheSource() {
    let layer = Dense(1); let line = #line
    #expect(layer.location?.description == "GraphTests/DiagnosticsTests.swift:\(line)")
  }
}
