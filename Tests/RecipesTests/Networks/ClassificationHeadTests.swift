import Recipes
import Testing

struct ClassificationHeadTests {
  @Test func isTorchvisionsLastLayer() throws {
    let (graph, output) = graph(of: LayerSequence([ClassificationHead(classes: 26)]), on: [4, 32])
    try graph.verify()
    #expect(output.shape == [4, 26])
    #expect(graph.variables.map(\.path) == ["fc.weight", "fc.bias"])
  }
}
