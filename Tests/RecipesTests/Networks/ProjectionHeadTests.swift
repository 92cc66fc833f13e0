import Recipes
import Testing

struct ProjectionHeadTests {
  @Test func repeatsLinearNormReLU() throws {
    let model = LayerSequence([ProjectionHead(hidden: [16, 12], output: 8)])
    let (graph, output) = graph(of: model, on: [4, 32])
    try graph.verify()
    #expect(output.shape == [4, 8])
    #expect(
      graph.variables.filter(\.isTrained).map { "\($0.path) \($0.type.shape)" } == [
        "projection.fc1.weight [32, 16]", "projection.bn1.weight [16]", "projection.bn1.bias [16]",
        "projection.fc2.weight [16, 12]", "projection.bn2.weight [12]", "projection.bn2.bias [12]",
        "projection.fc3.weight [12, 8]", "projection.bn3.weight [8]",
      ])
  }
}
