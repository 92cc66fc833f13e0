import Foundation
import Testing

@testable import Recipes

/// Networks against torchvision's (Fixtures/make_network_fixtures.py).
struct TorchvisionTests {
  private static let networks: [(name: String, network: ResNet)] = [
    ("resnet34", ResNet(.resNet34)), ("resnet101", ResNet(.resNet101)), ("resnet152", ResNet(.resNet152)),
    ("wide_resnet50_2", ResNet(.wideResNet50)), ("wide_resnet101_2", ResNet(.wideResNet101)),
    ("resnet50 2x", ResNet(.resNet50, width: 2)), ("resnet50 4x", ResNet(.resNet50, width: 4)),
    ("resnet152 2x", ResNet(.resNet152, width: 2)),
  ]

  @Test func everyLayoutIsCompared() throws {
    let names = try NetworkFixture.load().layouts.keys.sorted()
    #expect(names == TorchvisionTests.networks.map(\.name).sorted())
  }

  @Test(arguments: networks) func hasTorchvisionsNamesAndShapes(name: String, network: ResNet) throws {
    let expected = try #require(try NetworkFixture.load().layouts[name])
    let model = LayerSequence([network, ClassificationHead(classes: 1000)])
    let (graph, _) = graph(of: model, on: [1, 32, 32, 3], mode: .inference)
    let shapes = graph.variables.map { ($0.path, TorchLayout(of: $0).torchShape.dimensions) }
    #expect(shapes.count == expected.tensors)
    #expect(shapes.reduce(0) { $0 + $1.1.reduce(1, *) } == expected.elements)
    let lines = shapes.map { "\($0.0) \($0.1)" }.sorted().joined(separator: "\n")
    #expect(String(FormulaTensors.hash(lines), radix: 16).leftPadded == expected.hash)
  }

  @Test(arguments: [("resnet18", ResNet.Architecture.resNet18), ("resnet50", .resNet50)])
  func hasTorchvisionsLogits(name: String, architecture: ResNet.Architecture) throws {
    let expected = try #require(try NetworkFixture.load().logits[name])
    let model = LayerSequence([ResNet(architecture), ClassificationHead(classes: 10)])
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "weights.safetensors")
    try FormulaTensors.write(model, to: file)
    let pixels = FormulaTensors.values("images", 2 * 64 * 64 * 3, 0, 1)
    let images = [pixels.prefix(64 * 64 * 3), pixels.suffix(64 * 64 * 3)].map {
      Image(width: 64, height: 64, pixels: Array($0))
    }

    let pretrained = model.pretrained(file.path, normalization: .imagenet)
    let workers = Workers(count: 2)
    defer { workers.stop() }
    let network = try InferenceNetwork(pretrained, size: 64, channels: 3, batch: 2, workers: workers)
    let (graph, _) = graph(of: pretrained, on: [2, 64, 64, 3], mode: .inference)
    let weights = try StageWeights(initializing: graph, seed: 0)
    network.load { weights[$0] }
    let found = network.rows(of: images)
    let largest = zip(found, expected.joined()).map { abs($0 - $1) }.max() ?? .infinity
    #expect(found.count == 20)
    #expect(largest < 1e-4)
  }
}

extension String {
  /// Sixteen digits.
  fileprivate var leftPadded: String { String(repeating: "0", count: 16 - count) + self }
}
