import Foundation
import Testing

@testable import Recipes

/// Rows `[N, S, D]`, each with what is learned of its place, and what follows them.
private struct Places: Layer {
  func apply(to x: Tensor) -> Tensor {
    let (graph, places) = (x.graph, [x.shape[1], x.shape[2]])
    return x + graph.variable("places", Shape(places), role: .weight, initializer: .normal(deviation: 1))
  }
}

/// What layers say of their variables' layout is how weight files have them.
struct DeclaredLayoutTests {
  private let scratch: ScratchFolder
  private var file: URL { scratch.url.appending(path: "places.safetensors") }
  private let layers = LayerSequence([Places().named("first"), Linear(5).named("fc")])

  init() throws { scratch = try ScratchFolder() }

  private func model(_ layers: some Layer) -> GraphBuilder { graph(of: layers, on: [2, 3, 4]).0 }

  private func write() throws -> StageWeights {
    let graph = model(layers)
    let weights = try StageWeights(initializing: graph, seed: 1)
    try SafeTensors.write(weights.tensors(of: graph.variables), to: file)
    return weights
  }

  @Test func anEmbeddingIsWrittenAsItIs() throws {
    let weights = try write()
    let stored = try SafeTensors.read(file)
    let places = try stored.tensor(named: "first.places")
    #expect(places.shape == [3, 4])
    #expect(places.floats == weights.values["first.places"])
    let matrix = try stored.tensor(named: "fc.weight")
    #expect(matrix.shape == [5, 4])
    #expect(matrix.floats[1] == weights.values["fc.weight"]?[5])
  }

  @Test func andReadAsItWas() throws {
    let weights = try write()
    let graph = model(layers.pretrained(file.path, normalization: .identity))
    try graph.validate()
    #expect(try StageWeights(initializing: graph, seed: 2).values == weights.values)
    #expect(try StageWeights(SafeTensors.read(file), for: graph.variables)?.values == weights.values)
  }

  /// A copy that follows a network is kept in the same layout as the memory of an optimizer.
  @Test func copiesAreNotTransposed() {
    let graph = GraphBuilder()
    let x = graph.input("x", [2, 4])
    _ = Linear(5).atRoot(x)
    _ = graph.movingAverage("target") { Linear(5).atRoot(x) }
    let layouts = Dictionary(uniqueKeysWithValues: graph.variables.map { ($0.path, $0.layout) })
    #expect(
      layouts == [
        "weight": .outputsFirst, "bias": .same, "target.weight": .same, "target.bias": .same,
      ])
  }
}
