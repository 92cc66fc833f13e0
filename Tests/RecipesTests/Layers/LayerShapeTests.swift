import Recipes
import Testing

struct LayerShapeTests {
  @Test(
    arguments: [
      (ReLU(), [2, 3], [2, 3]),
      (GELU(), [2, 4, 4, 3], [2, 4, 4, 3]),
      (MaxPool(2), [1, 6, 8, 3], [1, 3, 4, 3]),
      (MaxPool(3, stride: 2, padding: 1), [1, 16, 15, 3], [1, 8, 8, 3]),
      (MaxPool(3, stride: 2, padding: .same), [1, 16, 15, 3], [1, 8, 8, 3]),
      (MaxPool(2, padding: .same), [1, 7, 6, 3], [1, 4, 3, 3]),
      (AveragePool(2), [1, 7, 8, 3], [1, 3, 4, 3]),
      (AveragePool(4, stride: 2, padding: 2), [1, 8, 8, 3], [1, 5, 5, 3]),
      (GlobalAveragePool(), [5, 3, 2, 7], [5, 7]),
      (Flatten(), [5, 3, 2, 7], [5, 42]),
    ] as [(any Layer, [Int], [Int])])
  func layersWithoutVariables(layer: any Layer, input: [Int], output: [Int]) throws {
    let (graph, y) = graph(of: LayerSequence([layer]), on: Shape(input))
    try graph.verify()
    #expect(y.shape == Shape(output))
    #expect(graph.variables.isEmpty)
  }
}
