import Recipes
import Testing

struct LinearTests {
  @Test func values() throws {
    let result = try Evaluation(
      of: Linear(2), on: [1, 2, 3, 4, 5, 6], [2, 3],
      variables: ["weight": [1, 10, 2, 20, 3, 30], "bias": [0.5, 0.25]])
    #expect(result.shape == [2, 2])
    #expect(result.output == [14.5, 140.25, 32.5, 320.25])
  }

  @Test func startsAsInPyTorch() {
    let (graph, _) = graph(of: Linear(5), on: [2, 16])
    #expect(graph.variables.map(\.initializer) == [.uniform(bound: 0.25), .uniform(bound: 0.25)])
    #expect(graph.variables.map(\.role) == [.weight, .bias])
  }

  @Test func withoutBias() {
    let (graph, _) = graph(of: Linear(5, bias: false), on: [2, 16])
    #expect(graph.variables.map(\.path) == ["weight"])
  }

  @Test func goesOnWithAGuessWhenAPoolIsMissing() {
    let (graph, y) = graph(of: Linear(5), on: [2, 4, 4, 16])
    #expect(graph.diagnostics.count == 1)
    #expect(y.shape == [2, 5])
  }
}
