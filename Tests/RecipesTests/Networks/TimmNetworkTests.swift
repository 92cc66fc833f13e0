import Testing

@testable import Recipes

/// Networks against timm's.
struct TimmNetworkTests {
  private static let networks: [(name: String, size: Int, network: any Layer)] = [
    ("tiny", 224, VisionTransformer(.tiny)), ("small", 224, VisionTransformer(.small)),
    ("base", 224, VisionTransformer(.base)), ("large", 224, VisionTransformer(.large)),
    ("dinov2", 518, VisionTransformer(.small, patch: 14, imageSize: 518, layerScale: 1e-5)),
    ("registers", 518, VisionTransformer(.small, patch: 14, imageSize: 518, registers: 4, layerScale: 1e-5)),
    ("giant", 518, VisionTransformer(.giant, patch: 14, imageSize: 518, layerScale: 1e-5)),
    ("convnext_tiny", 64, ConvNeXt(.tiny)), ("convnext_small", 64, ConvNeXt(.small)),
    ("convnext_base", 64, ConvNeXt(.base)), ("convnext_large", 64, ConvNeXt(.large)),
    ("efficientnet_b0", 64, EfficientNet(.b0)), ("efficientnet_b1", 64, EfficientNet(.b1)),
    ("efficientnet_b2", 64, EfficientNet(.b2)), ("efficientnet_b3", 64, EfficientNet(.b3)),
    ("efficientnet_b4", 64, EfficientNet(.b4)),
  ]

  @Test(arguments: networks.map(\.name)) func hasTimmsNamesAndShapes(name: String) throws {
    let expected = try #require(try TimmFixture.load().layouts[name])
    let (_, size, network) = try #require(TimmNetworkTests.networks.first { $0.name == name })
    let (graph, _) = graph(of: network, on: [1, size, size, 3], mode: .inference)
    #expect(graph.diagnostics.count == 0)
    let shapes = graph.variables.map { ($0.path, TorchLayout(of: $0).torchShape.dimensions) }
    #expect(shapes.count == expected.tensors)
    #expect(shapes.reduce(0) { $0 + $1.1.reduce(1, *) } == expected.elements)
    let lines = shapes.map { "\($0.0) \($0.1)" }.sorted().joined(separator: "\n")
    let hash = String(FormulaTensors.hash(lines), radix: 16)
    #expect(String(repeating: "0", count: 16 - hash.count) + hash == expected.hash)
  }

  @Test(arguments: TimmFixture.networks.map(\.name)) func hasTimmsFeaturesAndGradients(name: String) throws {
    let expected = try #require(try TimmFixture.load().cases[name])
    let network = try #require(TimmFixture.networks.first { $0.name == name }).network
    let graph = GraphBuilder(precision: .float64, mode: .inference)
    let tape = Tape(graph)
    let shape: Shape = [2, expected.size[0], expected.size[1], 3]
    let features = network.atRoot(graph.input("images", shape))
    #expect(features.shape == [2, expected.features[0].count])
    let upstream = graph.input("upstream", features.shape)
    let parameters = graph.variables.filter { $0.role != .statistic }
    let gradients = tape.gradients(of: features, upstream: upstream, for: parameters.map { graph.read($0) })
    let program = try Program(graph, outputs: [features] + gradients)
    for variable in graph.variables {
      program.setVariable(variable.path, to: TimmFixture.weights(of: variable, as: Double.self))
    }
    program.setInput("images", to: FormulaTensors.values("images", shape.count, 0, 1).map { Double($0) })
    program.setInput(
      "upstream", to: FormulaTensors.values("upstream", features.shape.count, -1, 1).map { Double($0) })
    program.run()
    let found = program.value(of: features, as: Double.self)
    // The filter by which positions are resampled has single precision.
    let tolerance = ["larger", "smaller"].contains(name) ? 1e-6 : 1e-12
    for (value, wanted) in zip(found, expected.features.joined()) {
      #expect(abs(value - wanted) < tolerance)
    }
    #expect(parameters.count == expected.gradients.count)
    for (variable, gradient) in zip(parameters, gradients) {
      let values = TorchLayout(of: variable).toTorch(program.value(of: gradient, as: Double.self))
      let formula = FormulaTensors.values("gradient " + variable.path, values.count, -1, 1)
      let sum = zip(values, formula).reduce(0) { $0 + $1.0 * Double($1.1) }
      let wanted = try #require(expected.gradients[variable.path])
      #expect(abs(sum - wanted) < tolerance * max(100, abs(wanted)), "\(variable.path)")
    }
  }

  /// An input of another rank, or a setting out of range, is an error with a layer's path.
  @Test func wrongInputsAndSettingsAreReported() {
    let blocks: [any Layer] = [
      ConvNeXtBlock(), InvertedBottleneck(channels: 4, expansion: 2, kernel: 3),
      SqueezeExcitation(reduced: 2), ConvNeXt(.tiny), EfficientNet(.b0), VisionTransformer(.tiny),
    ]
    for block in blocks {
      for shape in [[], [4], [2, 4], [2, 3, 4]] as [Shape] {
        let (graph, _) = graph(of: block, on: shape, mode: .training)
        #expect(!graph.diagnostics.isEmpty, "\(block) on \(shape)")
      }
    }
    for width in [.nan, .infinity, -1, 1e300] {
      let network = EfficientNet(.custom(width: width, depth: 1))
      #expect(network.features == 0)
      let (graph, _) = graph(of: network, on: [1, 32, 32, 3], mode: .inference)
      #expect(!graph.diagnostics.isEmpty)
    }
  }

  @Test(arguments: ["plain", "gated", "convnext", "efficientnet"]) func singlePrecisionIsClose(name: String)
    throws
  {
    let expected = try #require(try TimmFixture.load().cases[name])
    let network = try #require(TimmFixture.networks.first { $0.name == name }).network
    let graph = GraphBuilder(mode: .inference)
    let shape: Shape = [2, expected.size[0], expected.size[1], 3]
    let features = network.atRoot(graph.input("images", shape))
    let program = try Program(graph, outputs: [features])
    for variable in graph.variables {
      program.setVariable(variable.path, to: TimmFixture.weights(of: variable, as: Float.self))
    }
    program.setInput("images", to: FormulaTensors.values("images", shape.count, 0, 1))
    program.run()
    let found = program.value(of: features, as: Float.self)
    for (value, wanted) in zip(found, expected.features.joined()) {
      #expect(abs(Double(value) - wanted) < 1e-5)
    }
  }
}
