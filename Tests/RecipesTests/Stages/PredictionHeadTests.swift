import Recipes
import Testing

struct PredictionHeadTests {
  @Test func repeatsLinearNormReLUAndEndsInALinear() throws {
    let (graph, output) = graph(of: PredictionHead(hidden: [16, 12], output: 8).layers, on: [4, 32])
    try graph.verify()
    #expect(output.shape == [4, 8])
    #expect(
      graph.variables.filter(\.isTrained).map { "\($0.path) \($0.type.shape)" } == [
        "fc1.weight [32, 16]", "bn1.weight [16]", "bn1.bias [16]", "fc2.weight [16, 12]", "bn2.weight [12]",
        "bn2.bias [12]", "fc3.weight [12, 8]", "fc3.bias [8]",
      ])
  }
}
