import Recipes
import Testing

/// A model with three mistakes, in three layers.
private struct Wrong: Layer {
  static let line = #line

  var body: some Layer {
    Conv2D(8, kernel: 3); BatchNorm(); ReLU()
    Sequential {
      Conv2D(10, kernel: 3, groups: 4)
      MaxPool(9)
    }.named("stage")
    Residual {
      Conv2D(16, kernel: 1, stride: 2)
    }
    Flatten()
    Linear(5)
  }
}

struct MistakesTests {
  @Test func allAreReportedAtOnce() throws {
    let (graph, output) = graph(of: Wrong(), on: [4, 6, 6, 3])
    let error = try #require(throws: GraphErrors.self) { try graph.validate() }
    #expect(output.shape == [4, 5])
    #expect(
      error.description == """
        The model has 3 errors.
        stage.0 (RecipesTests/MistakesTests.swift:\(Wrong.line + 5)): \
        A convolution in groups needs channels that divide by their number.
          expected: multiples of 4
          found:    8 channels in and 10 out
        stage.1 (RecipesTests/MistakesTests.swift:\(Wrong.line + 6)): \
        The window is larger than the image with its padding.
          expected: at least 9 rows and 9 columns
          found:    6 and 6 in [4, 6, 6, 10]
        model (RecipesTests/MistakesTests.swift:\(Wrong.line + 8)): \
        The two branches of a residual connection differ in shape.
          expected: [4, 1, 1, 16] from the shortcut, as the layers compute
          found:    [4, 1, 1, 10]
        """)
  }

  @Test func twoLayersUnderOneNameWouldShareTheirWeights() {
    let twice = Sequential {
      Linear(3).named("same")
      Linear(3).named("same")
    }
    let (graph, _) = graph(of: twice, on: [4, 3])
    #expect(
      graph.diagnostics.map(\.error) == [
        "Two layers have the path same and would share their weights; name one of them."
      ])
  }

  @Test func oneLayerAppliedTwiceSharesItsWeights() throws {
    let shared = Linear(3).named("shared")
    let (graph, _) = graph(of: LayerSequence([shared, shared]), on: [4, 3])
    try graph.verify()
    #expect(graph.variables.map(\.path) == ["shared.weight", "shared.bias"])
  }

  @Test func whatFollowsAnUnknownShapeIsNotJudged() {
    let model = Sequential {
      Flatten(); Conv2D(8, kernel: 3); BatchNorm(); MaxPool(2); GlobalAveragePool(); Linear(3)
      ProjectionHead(); Residual { ReLU() }; Flatten()
    }
    let (graph, output) = graph(of: model, on: [4, 6, 6, 3])
    #expect(graph.diagnostics.map(\.path) == ["1"])
    #expect(!output.isKnown)
  }

  @Test func headsNameTheLineThatUsesThem() {
    let model = LayerSequence([ResNet(.tiny), Conv2D(3, kernel: 1)]); let line = #line
    let (graph, _) = graph(of: model, on: [4, 32, 32, 3])
    #expect(graph.diagnostics.map(\.location?.line) == [line])

    let number = RecipesTests.graph(of: LayerSequence([ClassificationHead(classes: 3)]), on: [4]).0
    #expect(number.diagnostics.map { $0.location?.file } == ["RecipesTests/MistakesTests.swift"])
  }
}
