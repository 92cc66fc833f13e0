import Foundation
import Recipes
import Testing

struct ResNetTests {
  private func parameters(_ graph: GraphBuilder) -> Int {
    graph.variables.filter(\.isTrained).reduce(0) { $0 + $1.type.shape.count }
  }

  private func classifier(_ architecture: ResNet.Architecture) -> LayerSequence {
    LayerSequence([ResNet(architecture), ClassificationHead(classes: 1000)])
  }

  @Test(arguments: [
    (ResNet.Architecture.resNet18, 11_689_512),
    (.resNet34, 21_797_672),
    (.resNet50, 25_557_032),
    (.resNet101, 44_549_160),
    (.resNet152, 60_192_808),
  ])
  func hasAsManyParametersAsTorchvisions(architecture: ResNet.Architecture, count: Int) throws {
    let (graph, output) = graph(of: classifier(architecture), on: [2, 224, 224, 3])
    try graph.verify()
    #expect(output.shape == [2, 1000])
    #expect(parameters(graph) == count)
  }

  @Test(arguments: [("resnet18", ResNet.Architecture.resNet18), ("resnet50", .resNet50)])
  func hasTorchvisionsNamesAndShapes(name: String, architecture: ResNet.Architecture) throws {
    let file = try Data(contentsOf: Fixtures.url("resnet50_names.json"))
    let expected = try JSONDecoder().decode([String: [String: [Int]]].self, from: file)[name]
    let (graph, _) = graph(of: classifier(architecture), on: [2, 64, 64, 3])
    let shapes = graph.variables.map { ($0.path, TorchLayout(of: $0).torchShape.dimensions) }
    #expect(Dictionary(uniqueKeysWithValues: shapes) == expected)
  }

  @Test(arguments: [
    (ResNet(.resNet18), [64, 16, 8, 4, 2]),
    (ResNet(.resNet18, stem: .small), [64, 64, 32, 16, 8]),
    (ResNet(.resNet50, width: 2), [128, 16, 8, 4, 2]),
    (ResNet(.resNet50, stem: .small, width: 4), [256, 64, 32, 16, 8]),
  ])
  func scalesImagesAndChannels(network: ResNet, extents: [Int]) throws {
    let (graph, output) = graph(of: network, on: [1, 64, 64, 3])
    #expect(output.shape == [1, network.features])
    #expect(graph.variables[0].type.shape.channels == extents[0])
    let stages = graph.layers.filter { $0.path.hasPrefix("layer") && !$0.path.contains(".") }
    #expect(stages.map { $0.output.shape[1] } == Array(extents.dropFirst()))
  }

  @Test(arguments: [true, false])
  func startsBlocksAsTheIdentityOnDemand(zero: Bool) {
    let (graph, _) = graph(of: ResNet(.resNet50, zeroInitLastScale: zero), on: [1, 64, 64, 3])
    let scales = graph.variables.filter { $0.path.hasSuffix("bn3.weight") }
    #expect(scales.count == 16)
    #expect(scales.allSatisfy { $0.initializer == (zero ? .zeros : .ones) })
  }

  @Test func tinyIsTiny() {
    let (graph, output) = graph(of: ResNet(.tiny, stem: .small), on: [2, 32, 32, 3])
    #expect(output.shape == [2, 128])
    #expect(parameters(graph) == 307_536)
  }

  @Test func takesAnyNumberOfChannels() throws {
    let (graph, output) = graph(of: ResNet(.tiny), on: [2, 32, 32, 5])
    try graph.verify()
    #expect(output.shape == [2, 128])
  }

  @Test func namesTheLineWhereItIsWritten() {
    let network = ResNet(.tiny); let line = #line
    let (graph, _) = graph(of: network, on: [2, 32])
    #expect(
      graph.diagnostics.map(\.description) == [
        """
        conv1 (RecipesTests/ResNetTests.swift:\(line)): A convolution needs a batch of images.
          expected: [N, H, W, C]
          found:    [2, 32]
        """
      ])
  }
}
