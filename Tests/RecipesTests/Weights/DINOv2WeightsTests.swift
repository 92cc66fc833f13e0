import Foundation
import Testing

@testable import Recipes

/// Weights with the names of facebookresearch/dinov2, against timm's conversion
/// (Fixtures/make_timm_fixtures.py).
struct DINOv2WeightsTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private var file: URL { scratch.url.appending(path: "dinov2.safetensors") }
  private let own = VisionTransformer(.custom(channels: 24, depth: 2, heads: 3))

  /// Writes weights by the authors' names after a prefix.
  private func write(prefix: String) throws {
    let network = VisionTransformer(
      own.architecture, patch: 8, imageSize: 32, registers: 2, layerScale: 1e-5)
    let (graph, _) = graph(of: network, on: [1, 32, 32, 3], mode: .inference)
    var shapes = graph.variables.map { ($0.path, TorchLayout(of: $0).torchShape.dimensions) }
    shapes.removeAll { ["reg_token", "pos_embed"].contains($0.0) }
    shapes += [("register_tokens", [1, 2, 24]), ("pos_embed", [1, 17, 24]), ("mask_token", [1, 24])]
    try SafeTensors.write(
      shapes.map { name, shape in
        NamedTensor(
          prefix + name, shape: shape, FormulaTensors.values(name, shape.reduce(1, *), -0.5, 0.5))
      }, to: file)
  }

  @Test(arguments: ["", "teacher.backbone."]) func haveTimmsFeatures(prefix: String) throws {
    try write(prefix: prefix)
    let network = own.fitted(to: file.path)
    #expect(network.registers == 2 && network.layerScale == 1e-5)
    #expect(network.patch == 8 && network.imageSize == 32)
    let builder = GraphBuilder(precision: .float64, mode: .inference)
    let features = network.atRoot(builder.input("images", [2, 32, 32, 3]))
    let program = try Program(builder, outputs: [features])
    let notes = try program.load(file.path)
    #expect(notes.contains { $0.contains("also holds mask_token (1 tensors)") })
    program.setInput(
      "images", to: FormulaTensors.values("images", 2 * 32 * 32 * 3, 0, 1).map { Double($0) })
    program.run()
    let expected = try TimmFixture.load().authors.joined()
    for (value, wanted) in zip(program.value(of: features, as: Double.self), expected) {
      #expect(abs(value - wanted) < 1e-12)
    }
    let (started, _) = graph(
      of: network.pretrained(file.path, normalization: .imagenet), on: [1, 32, 32, 3])
    try started.validate()
  }

  /// Without registers, gated perceptrons are told by their names alone.
  @Test(arguments: ["", "teacher.backbone."]) func gatedPerceptronsHaveTimmsNames(prefix: String) throws {
    let network = TimmFixture.transformer(layerScale: 1e-5, perceptron: .swiGLU(ratio: 8.0 / 3))
    let (source, _) = graph(of: network, on: [1, 32, 32, 3], mode: .inference)
    try SafeTensors.write(
      source.variables.map { variable in
        let shape = TorchLayout(of: variable).torchShape.dimensions
        let name = variable.path.replacing("mlp.fc1", with: "mlp.w12").replacing("mlp.fc2", with: "mlp.w3")
        return NamedTensor(
          prefix + name, shape: shape, FormulaTensors.values(name, shape.reduce(1, *), -0.5, 0.5))
      }, to: file)
    let fitted = own.fitted(to: file.path)
    #expect(fitted == network)
    let builder = GraphBuilder(precision: .float64, mode: .inference)
    let features = fitted.atRoot(builder.input("images", [2, 32, 32, 3]))
    let program = try Program(builder, outputs: [features])
    _ = try program.load(file.path)
    program.setInput(
      "images", to: FormulaTensors.values("images", 2 * 32 * 32 * 3, 0, 1).map { Double($0) })
    program.run()
    let expected = try TimmFixture.load().gatedAuthors.joined()
    for (value, wanted) in zip(program.value(of: features, as: Double.self), expected) {
      #expect(abs(value - wanted) < 1e-12)
    }
    // The file of another perceptron is not taken for it.
    let (plain, _) = graph(of: own.pretrained(file.path, normalization: .imagenet), on: [1, 32, 32, 3])
    #expect(!plain.diagnostics.isEmpty)
  }

  @Test func otherTensorsAreAsTheyAre() throws {
    try write(prefix: "")
    let archive = try WeightFile.open(file.path)
    #expect(archive is DINOv2Weights)
    #expect(!archive.names.contains("register_tokens") && archive.names.contains("reg_token"))
    for name in archive.names {
      let tensor = try archive.tensor(named: name)
      #expect(tensor.name == name && tensor.shape == archive.shape(of: name) && archive.isOfNumbers(name))
    }
    #expect(
      try archive.tensor(named: "mask_token").floats == FormulaTensors.values("mask_token", 24, -0.5, 0.5))
  }
}
