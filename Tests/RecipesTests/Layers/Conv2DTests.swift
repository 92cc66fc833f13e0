import Recipes
import Testing

struct Conv2DTests {
  @Test(arguments: [
    (Conv2D(8, kernel: 3), [2, 7, 5, 3], [2, 7, 5, 8], [3, 3, 3, 8]),
    (Conv2D(8, kernel: 3, stride: 2), [2, 7, 6, 3], [2, 4, 3, 8], [3, 3, 3, 8]),
    (Conv2D(8, kernel: 7, stride: 2), [1, 8, 8, 3], [1, 4, 4, 8], [7, 7, 3, 8]),
    (Conv2D(6, kernel: 1), [1, 4, 4, 5], [1, 4, 4, 6], [1, 1, 5, 6]),
    (Conv2D(6, kernel: 3, padding: 0), [1, 3, 4, 5], [1, 1, 2, 6], [3, 3, 5, 6]),
    (Conv2D(6, kernel: 3, groups: 2), [1, 3, 4, 4], [1, 3, 4, 6], [3, 3, 2, 6]),
    (Conv2D(4, kernel: 2), [1, 3, 3, 1], [1, 4, 4, 4], [2, 2, 1, 4]),
    (Conv2D(6, kernel: 3, dilation: 2), [1, 7, 8, 4], [1, 7, 8, 6], [3, 3, 4, 6]),
    (Conv2D(6, kernel: 3, stride: 2, dilation: 3), [1, 7, 8, 4], [1, 4, 4, 6], [3, 3, 4, 6]),
    (Conv2D(4, kernel: 3, padding: 0, groups: 4, dilation: 2), [1, 7, 8, 4], [1, 3, 4, 4], [3, 3, 1, 4]),
  ])
  func shapes(layer: Conv2D, input: [Int], output: [Int], weight: [Int]) throws {
    let (graph, y) = graph(of: layer, on: Shape(input))
    try graph.verify()
    #expect(y.shape == Shape(output))
    #expect(graph.variables.map(\.path) == ["weight"])
    #expect(graph.variables.map(\.role) == [.weight])
    #expect(graph.variables[0].type.shape == Shape(weight))
  }

  /// Nothing is computed of dilations that no convolution has.
  @Test(arguments: [
    (0, "dilation"), (-3, "dilation"), (.max, "dilation"), (.min, "dilation"),
    (1 << 20, "A window cannot slide like this."),
    (1 << 18, "The kernels of a dilated convolution reach too far."),
  ])
  func impossibleDilations(dilation: Int, error: String) {
    let (graph, _) = graph(of: Conv2D(4, kernel: 3, dilation: dilation), on: [1, 8, 8, 3])
    #expect(graph.diagnostics.count == 1)
    #expect("\(graph.diagnostics)".contains(error))
  }

  @Test func aDilatedKernelMayBeLargerThanTheImage() {
    let (graph, _) = graph(of: Conv2D(4, kernel: 3, padding: 1, dilation: 6), on: [1, 8, 8, 3])
    #expect(graph.diagnostics.map(\.expected) == ["at least 11 rows and 11 columns"])
  }

  @Test func valuesOfAOneByOneKernelAndABias() throws {
    let result = try Evaluation(
      of: Conv2D(2, kernel: 1, bias: true), on: [1, 2, 3, 4], [1, 2, 1, 2],
      variables: ["weight": [1, 10, 100, 1000], "bias": [0.5, 0.25]])
    #expect(result.output == [201.5, 2010.25, 403.5, 4030.25])
  }

  @Test(arguments: [
    (Conv2D(8, kernel: 3), 8 * 9),
    (Conv2D(8, kernel: 3, groups: 4), 2 * 9),
    (Conv2D(8, kernel: 1), 8),
  ])
  func startsByFanOut(layer: Conv2D, fanOut: Int) {
    let (graph, _) = graph(of: layer, on: [1, 4, 4, 4])
    #expect(graph.variables[0].initializer == .he(fanOut: fanOut))
  }
}
