import Foundation
import Testing

@testable import Recipes

/// Vision transformers against timm's (Fixtures/make_transformer_fixtures.py).
struct TransformerTests {
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let size: [Int]
      let features: [[Double]]
      let gradients: [String: Double]
    }
    let layouts: [String: NetworkFixture.Layout]
    let cases: [String: Case]

    static func load() throws -> Fixture {
      let url = Bundle.module.url(
        forResource: "transformers", withExtension: "json", subdirectory: "Fixtures")
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: #require(url)))
    }
  }

  private static let networks: [(name: String, network: VisionTransformer)] = [
    ("tiny", VisionTransformer(.tiny)), ("small", VisionTransformer(.small)),
    ("base", VisionTransformer(.base)), ("large", VisionTransformer(.large)),
    ("dinov2", VisionTransformer(.small, patch: 14, imageSize: 518, layerScale: 1e-5)),
    ("registers", VisionTransformer(.small, patch: 14, imageSize: 518, registers: 4, layerScale: 1e-5)),
  ]

  @Test(arguments: networks) func hasTimmsNamesAndShapes(name: String, network: VisionTransformer) throws {
    let expected = try #require(try Fixture.load().layouts[name])
    let (graph, features) = graph(
      of: network, on: [1, network.imageSize, network.imageSize, 3], mode: .inference)
    #expect(features.shape == [1, network.features])
    let shapes = graph.variables.map { ($0.path, TorchLayout(of: $0).torchShape.dimensions) }
    #expect(shapes.count == expected.tensors)
    #expect(shapes.reduce(0) { $0 + $1.1.reduce(1, *) } == expected.elements)
    let lines = shapes.map { "\($0.0) \($0.1)" }.sorted().joined(separator: "\n")
    let hash = String(FormulaTensors.hash(lines), radix: 16)
    #expect(String(repeating: "0", count: 16 - hash.count) + hash == expected.hash)
  }

  private func network(_ name: String) -> VisionTransformer {
    let isOfRegisters = name == "registers"
    return VisionTransformer(
      .custom(channels: 24, depth: 2, heads: 3), patch: 8, imageSize: 32, registers: isOfRegisters ? 2 : 0,
      layerScale: isOfRegisters ? 1e-5 : nil)
  }

  private func weights<T: Real>(of variable: Variable, as: T.Type) -> [T] {
    let values = FormulaTensors.values(variable.path, variable.type.shape.count, -0.5, 0.5)
    return TorchLayout(of: variable).fromTorch(values).map { T($0) }
  }

  @Test(arguments: ["plain", "larger", "smaller", "registers"])
  func hasTimmsFeaturesAndGradients(name: String) throws {
    let expected = try #require(try Fixture.load().cases[name])
    let graph = GraphBuilder(precision: .float64)
    let tape = Tape(graph)
    let shape: Shape = [2, expected.size[0], expected.size[1], 3]
    let features = network(name).atRoot(graph.input("images", shape))
    let upstream = graph.input("upstream", [2, 24])
    let parameters = graph.variables.map { graph.read($0) }
    let gradients = tape.gradients(of: features, upstream: upstream, for: parameters)
    let program = try Program(graph, outputs: [features] + gradients)
    for variable in graph.variables {
      program.setVariable(variable.path, to: weights(of: variable, as: Double.self))
    }
    program.setInput("images", to: FormulaTensors.values("images", shape.count, 0, 1).map { Double($0) })
    program.setInput("upstream", to: FormulaTensors.values("upstream", 48, -1, 1).map { Double($0) })
    program.run()
    let found = program.value(of: features, as: Double.self)
    // The resampling filter has single precision.
    let tolerance = ["larger", "smaller"].contains(name) ? 1e-6 : 1e-12
    for (value, wanted) in zip(found, expected.features.joined()) {
      #expect(abs(value - wanted) < tolerance)
    }
    #expect(graph.variables.count == expected.gradients.count)
    for (variable, gradient) in zip(graph.variables, gradients) {
      let values = TorchLayout(of: variable).toTorch(program.value(of: gradient, as: Double.self))
      let formula = FormulaTensors.values("gradient " + variable.path, values.count, -1, 1)
      let sum = zip(values, formula).reduce(0) { $0 + $1.0 * Double($1.1) }
      let wanted = try #require(expected.gradients[variable.path])
      #expect(abs(sum - wanted) < tolerance * max(100, abs(wanted)), "\(variable.path)")
    }
  }

  /// Positions of a grid of the stored size are the stored ones.
  @Test func singlePrecisionIsClose() throws {
    let expected = try #require(try Fixture.load().cases["plain"])
    let graph = GraphBuilder(mode: .inference)
    let features = network("plain").atRoot(graph.input("images", [2, 32, 32, 3]))
    let program = try Program(graph, outputs: [features])
    for variable in graph.variables {
      program.setVariable(variable.path, to: weights(of: variable, as: Float.self))
    }
    program.setInput("images", to: FormulaTensors.values("images", 2 * 32 * 32 * 3, 0, 1))
    program.run()
    let found = program.value(of: features, as: Float.self)
    for (value, wanted) in zip(found, expected.features.joined()) {
      #expect(abs(Double(value) - wanted) < 1e-5)
    }
  }

  @Test func imagesAreCutIntoWholePatches() {
    let (graph, _) = graph(of: VisionTransformer(.tiny), on: [1, 220, 224, 3])
    #expect(graph.diagnostics.count == 1)
    #expect("\(graph.diagnostics[0])".contains("H and W multiples of 16"))
  }

  /// A weight file starts a network, of images of another size too, and a run's classifier is exported.
  @Test func startsFromAFileAndGoesOut() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "vit.safetensors").path
    let (source, _) = graph(of: network("plain"), on: [1, 32, 32, 3], mode: .inference)
    try SafeTensors.write(
      source.variables.map { variable in
        let shape = TorchLayout(of: variable).torchShape
        return NamedTensor(
          variable.path, shape: shape.dimensions,
          FormulaTensors.values(variable.path, shape.count, -0.5, 0.5))
      }, to: URL(filePath: file))
    let encoder = network("plain").pretrained(file, normalization: .identity)
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
