import Foundation
import Ops
import Testing

@testable import Recipes

/// A masked autoencoder against the authors' formulas, and what its encoder computes.
struct MaskedAutoencoderTests {
  /// The contents of Fixtures/mae.json.
  private struct Fixture: Decodable {
    struct Case: Decodable {
      let size: [Int]
      let visible: [[Int]]
      let normalizesPixels: Bool
      let errors: [Double]
      let mean: Double
      let gradients: [String: Double]
    }

    let cases: [String: Case]
    let positions: [[Double]]

    static func load() throws -> Fixture {
      let url = Bundle.module.url(forResource: "mae", withExtension: "json", subdirectory: "Fixtures")
      return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: #require(url)))
    }
  }

  /// An encoder and a decoder whose mask is an input.
  private struct GivenMask: Layer {
    let encoder: VisionTransformer
    let head: ReconstructionHead
    let visible: Int

    func apply(to x: Tensor) -> Tensor {
      let (graph, count) = (x.graph, x.shape[0])
      let places = x.shape[1] / encoder.patch * (x.shape[2] / encoder.patch)
      let mask = PatchMask(
        visible: graph.input("visible", [count, visible]),
        hidden: graph.input("hidden", [count, places - visible]))
      return head(encoder.masked(x, by: mask))
    }
  }

  /// The encoder of the fixture.
  private func encoder() -> VisionTransformer {
    VisionTransformer(.custom(channels: 24, depth: 2, heads: 3), patch: 8, imageSize: 32)
  }

  private func head(normalizingPixels: Bool = true) -> ReconstructionHead {
    ReconstructionHead(width: 16, depth: 2, heads: 2, normalizingPixels: normalizingPixels)
  }

  /// A program of the errors and the gradients of their mean.
  private func run<T: KernelReal>(
    _ expected: Fixture.Case, _ precision: ElementType, as type: T.Type
  ) throws -> (errors: [Double], gradients: [(Variable, [T])]) {
    let graph = GraphBuilder(precision: precision)
    let tape = Tape(graph)
    let shape = Shape([expected.visible.count] + expected.size + [3])
    let network = GivenMask(
      encoder: encoder(), head: head(normalizingPixels: expected.normalizesPixels),
      visible: expected.visible[0].count)
    let errors = network.atRoot(graph.input("images", shape))
    try graph.validate()
    #expect(errors.shape == [shape[0], 1])
    let parameters = graph.variables
    let gradients = tape.gradients(of: errors.mean(), for: parameters.map { graph.read($0) })
    let program = try Program(graph, outputs: [errors] + gradients)
    for variable in parameters {
      program.setVariable(variable.path, to: TimmFixture.weights(of: variable, as: T.self))
    }
    program.setInput("images", to: FormulaTensors.values("images", shape.count, 0, 1).map { T($0) })
    let places = expected.size[0] / 8 * (expected.size[1] / 8)
    let hidden = expected.visible.map { own in (0..<places).filter { !own.contains($0) } }
    program.setInput("visible", to: expected.visible.joined().map { T($0) })
    program.setInput("hidden", to: hidden.joined().map { T($0) })
    program.run()
    return (
      program.value(of: errors, as: T.self).map { Double($0) },
      zip(parameters, gradients).map { ($0, program.value(of: $1, as: T.self)) }
    )
  }

  @Test(arguments: ["normalized", "pixels"]) func hasTheAuthorsErrorsAndGradients(name: String) throws {
    let expected = try #require(try Fixture.load().cases[name])
    let (errors, gradients) = try run(expected, .float64, as: Double.self)
    for (error, wanted) in zip(errors, expected.errors) { #expect(abs(error - wanted) < 1e-13) }
    #expect(abs(errors.reduce(0, +) / 3 - expected.mean) < 1e-13)
    #expect(Set(gradients.map(\.0.path)) == Set(expected.gradients.keys))
    for (variable, gradient) in gradients {
      let values = TorchLayout(of: variable).toTorch(gradient)
      let formula = FormulaTensors.values("gradient " + variable.path, values.count, -1, 1)
      let sum = zip(values, formula).reduce(0) { $0 + $1.0 * Double($1.1) }
      let wanted = try #require(expected.gradients[variable.path])
      #expect(abs(sum - wanted) < 1e-13 * max(1, abs(wanted)), "\(variable.path)")
    }
  }

  @Test(arguments: ["normalized", "pixels"]) func singlePrecisionIsClose(name: String) throws {
    let expected = try #require(try Fixture.load().cases[name])
    let (errors, _) = try run(expected, .float32, as: Float.self)
    for (error, wanted) in zip(errors, expected.errors) { #expect(abs(error - wanted) < 1e-6) }
  }

  @Test func positionsAreTheAuthors() throws {
    let expected = try Fixture.load().positions
    let found = SineCosinePositions(width: 8).values(rows: 2, columns: 3)
    #expect(found.count == 48)
    for (value, wanted) in zip(found, expected.joined()) { #expect(abs(value - wanted) < 1e-15) }
  }

  /// In inference it is the transformer: the same graph, and so the same bits.
  @Test func inferenceIsThePlainTransformer() throws {
    let plain = graph(of: encoder(), on: [2, 32, 32, 3], mode: .inference)
    let masked = graph(of: encoder().masked(0.75), on: [2, 32, 32, 3], mode: .inference)
    #expect(plain.0.nodes.map { "\($0)" } == masked.0.nodes.map { "\($0)" })
    #expect(plain.0.variables == masked.0.variables)
    #expect(plain.output.id == masked.output.id)
    // Training adds only the count of steps to the variables.
    let training = graph(of: encoder().masked(0.75), on: [2, 32, 32, 3])
    #expect(
      Set(training.0.variables.map(\.path)).subtracting(plain.0.variables.map(\.path)) == ["random.steps"])
    #expect(training.output.shape == [2, 24])
  }

  /// Blocks, and the embedding before them, read as many rows as patches are seen.
  @Test(arguments: [(0.75, 4), (0.5, 8), (0.9, 2)])
  func theEncoderComputesVisibleTokensAlone(share: Double, visible: Int) throws {
    let (graph, _) = graph(of: encoder().masked(share), on: [5, 32, 32, 3])
    try graph.validate()
    let attended = graph.nodes.filter { $0.operation is Attention }.map(\.type.shape)
    #expect(attended == [[5, 1 + visible, 24], [5, 1 + visible, 24]])
    let rows = graph.nodes.filter { $0.operation is MatMul }.map(\.type.shape[0])
    #expect(!rows.isEmpty && rows.allSatisfy { $0 == 5 * (1 + visible) })
    let embedded = graph.nodes.filter { $0.operation.name == "Convolution2D" }.map(\.type.shape)
    #expect(embedded == [[5 * visible, 1, 1, 24]])
  }

  /// Features are the mean of the patches that are seen, without the class token and registers.
  @Test func theMeanIsOfVisiblePatches() throws {
    let graph = GraphBuilder()
    let encoder = VisionTransformer(
      .custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 16, registers: 2, pooling: .mean)
    let features = encoder.masked(0.75).atRoot(graph.input("images", [2, 16, 16, 3]))
    let masked = try #require(graph.annotations.lazy.compactMap { $0 as? MaskedTokens }.first)
    let tokens = masked.tokens(in: graph)
    #expect(tokens.shape == [2, 3 + 4, 8])
    let program = try Program(graph, outputs: [features, tokens])
    for variable in graph.variables where variable.role != .memory {
      program.setVariable(variable.path, to: TimmFixture.weights(of: variable, as: Float.self))
    }
    program.setInput("images", to: FormulaTensors.values("images", 2 * 16 * 16 * 3, 0, 1))
    program.run()
    let values = program.value(of: tokens, as: Float.self)
    let found = program.value(of: features, as: Float.self)
    #expect(found.count == 2 * 8)
    for (place, feature) in found.enumerated() {
      let (image, channel) = (place / 8, place % 8)
      let own = (3..<7).map { token -> Float in values[(image * 7 + token) * 8 + channel] }
      #expect(abs(feature - own.reduce(0, +) / 4) < 1e-6)
    }
  }

  /// Registers take part, and images of another size have their positions resampled.
  @Test func everySettingOfATransformerPassesTheGradientCheck() throws {
    let encoders = [
      VisionTransformer(.custom(channels: 8, depth: 2, heads: 2), patch: 4, imageSize: 8),
      VisionTransformer(
        .custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 12, registers: 2, layerScale: 0.5,
        dropPath: 0.2),
    ]
    for (encoder, image) in zip(encoders, [[8, 8, 3], [12, 8, 3]] as [Shape]) {
      let decoder = ReconstructionHead(width: 8, depth: 1, heads: 2)
      let recipe = MaskedAutoencoder(encoder, masking: 0.5, decoder: decoder, epochs: 1)
      let report = try gradientCheck(recipe, image: image, batch: 3)
      #expect(report.passes, "\(report)")
    }
  }

  /// The error is the mean over the pixels of masked patches.
  @Test func theErrorIsOfUnseenPatches() throws {
    let graph = GraphBuilder()
    let x = graph.input("images", [1, 8, 8, 1])
    let errors = LayerSequence([
      VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 8).masked(0.5),
      ReconstructionHead(width: 8, depth: 1, heads: 2, normalizingPixels: false),
    ]).atRoot(x)
    let tokens = try #require(graph.annotations.lazy.compactMap { $0 as? MaskedTokens }.first)
    let hidden = tokens.mask(in: graph).hidden
    let program = try Program(graph, outputs: [errors, hidden])
    for variable in graph.variables where variable.path.hasPrefix("decoder_pred") {
      program.setVariable(variable.path, to: [Float](repeating: 0, count: variable.type.shape.count))
    }
    // Each patch has its place in the grid, from 1, for its pixels; predictions are 0.
    let pixels = (0..<64).map { pixel -> Float in
      let (row, column) = (pixel / 8, pixel % 8)
      return Float(row / 4 * 2 + column / 4 + 1)
    }
    program.setInput("images", to: pixels)
    program.run()
    let places = program.value(of: hidden, as: Float.self)
    let squares = places.map { place -> Float in (place + 1) * (place + 1) }
    let mean = squares.reduce(0, +) / Float(squares.count)
    #expect(places.count == 2)
    #expect(abs(program.value(of: errors, as: Float.self)[0] - mean) < 1e-5)
  }

  private func mistakes(_ layers: [any Layer], on shape: Shape = [2, 32, 32, 3]) -> String {
    let (graph, _) = graph(of: LayerSequence(layers), on: shape)
    return graph.diagnostics.map(\.description).joined(separator: "\n")
  }

  @Test func mistakesAreToldInWords() {
    #expect(mistakes([encoder().masked(), head()]) == "")
    // A head behind what is not masked, or behind another layer.
    for layers in [
      [encoder(), head()], [encoder().masked().frozen(), head()], [encoder().masked(), GELU(), head()],
    ] as [[any Layer]] {
      let text = mistakes(layers)
      #expect(text.contains("predicts the patches that the encoder before it has left out"), "\(text)")
      #expect(text.contains("VisionTransformer(.small).masked(0.75), directly before the head"), "\(text)")
    }
    // An encoder without patches, or one that does not train.
    for layers in [[SmallClinic.encoder.masked()], [encoder().frozen().masked()]] as [[any Layer]] {
      let text = mistakes(layers)
      #expect(text.contains("Only a vision transformer that is trained can leave out patches."), "\(text)")
    }
    let few = mistakes([encoder().masked(0.01), head()])
    #expect(few.contains("a share that leaves out 1 to 15 of 16"), "\(few)")
    #expect(few.contains("0.01, which leaves out 0 of 16"), "\(few)")
    #expect(mistakes([encoder().masked(0.99), head()]).contains("0.99, which leaves out 16 of 16"))
    let alone = mistakes([encoder().masked(), head()], on: [2, 8, 8, 3])
    #expect(alone.contains("images of at least 2 patches"), "\(alone)")
    #expect(mistakes([encoder().masked(), head()], on: [2, 30, 32, 3]).contains("multiples of 8"))
    let single = VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 1, imageSize: 4)
    #expect(
      mistakes([single.masked(), head()], on: [2, 4, 4, 1])
        .contains("Patches of one number have no variance"))
  }
}
