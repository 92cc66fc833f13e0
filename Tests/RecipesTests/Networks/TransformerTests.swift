import Foundation
import Testing

@testable import Recipes

/// Vision transformers on images of several sizes, from files and to files.
struct TransformerTests {
  @Test func imagesAreCutIntoWholePatches() {
    let (graph, _) = graph(of: VisionTransformer(.tiny), on: [1, 220, 224, 3])
    #expect(graph.diagnostics.count == 1)
    #expect("\(graph.diagnostics[0])".contains("H and W multiples of 16"))
  }

  /// A weight file starts a network, of images of another size too, and a run's classifier is exported.
  @Test func startsFromAFileAndGoesOut() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "vit.safetensors").path
    let (source, _) = graph(of: TimmFixture.transformer(), on: [1, 32, 32, 3], mode: .inference)
    try SafeTensors.write(
      source.variables.map { variable in
        let shape = TorchLayout(of: variable).torchShape
        return NamedTensor(
          variable.path, shape: shape.dimensions,
          FormulaTensors.values(variable.path, shape.count, -0.5, 0.5))
      }, to: URL(filePath: file))
    let encoder = TimmFixture.transformer().pretrained(file, normalization: .identity)
    let (larger, _) = graph(of: encoder, on: [1, 40, 48, 3], mode: .inference)
    #expect(larger.diagnostics.count == 0)
    #expect(larger.pretrainedNotes.contains { $0.hasPrefix("30 tensors are from ") })

    let report = try Pipeline("p") {
      Classifier(encoder, classes: 3, named: "branch", batch: 8, epochs: 1)
    }.run(
      on: try SmallClinic.dataset(), output: scratch.url, workers: Workers(count: 1), reporting: { _ in })
    let weights = report.stages[0].weights
    let predictor = try Predictor(encoder, weights: weights, workers: Workers(count: 1))
    let image = noise(height: 20, width: 24, channels: 3)
    let known = try predictor.predict([image])[0]
    #expect(known.count == 3)
    _ = try ONNXModel(encoder, weights: weights)
  }
}
