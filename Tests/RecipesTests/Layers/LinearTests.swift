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

  /// The rows of further axes are those of one matrix.
  @Test(arguments: [[2, 3, 8], [2, 1, 3, 8], [6, 1, 8]])
  func takesEveryRowOfTheLastAxis(shape: [Int]) throws {
    let (x, weight, bias) = (numbers(48), numbers(40, seed: 1), numbers(5, seed: 2))
    func result(_ shape: Shape) throws -> Evaluation {
      try Evaluation(of: Linear(5), on: x, shape, variables: ["weight": weight, "bias": bias])
    }
    let (stacked, rows) = (try result(Shape(shape)), try result([6, 8]))
    #expect(stacked.shape == Shape(shape.dropLast() + [5]))
    #expect(stacked.output == rows.output)
    var first = bias
    for column in 0..<5 {
      for input in 0..<8 { first[column] += x[input] * weight[input * 5 + column] }
    }
    #expect(agree(Array(stacked.output.prefix(5)), first))
  }

  @Test(arguments: [[3, 4], [2, 3, 4], [2, 2, 3, 4]])
  func gradient(shape: [Int]) throws {
    try gradientCheck(Linear(2), on: .uniform("x", Shape(shape))).verify()
  }

  @Test func aMatrixIsNotReshaped() throws {
    let (graph, _) = graph(of: Linear(5), on: [2, 16])
    #expect(!graph.nodes.contains { $0.operation.name == "Reshape" })
  }

  @Test func goesOnWithAGuessWhereThereAreNoRows() {
    let (graph, y) = graph(of: Linear(5), on: [2])
    #expect(graph.diagnostics.map(\.error) == ["A linear layer needs a batch of rows of features."])
    #expect(y.shape == [2, 5])
  }
}
