import Ops
import Testing

@testable import Recipes

/// The positions and first weights of masked autoencoders and of MoCo v3's transformers.
struct TransformerStartTests {
  private func encoder(registers: Int = 0) -> VisionTransformer {
    VisionTransformer(
      .custom(channels: 24, depth: 2, heads: 3), patch: 8, imageSize: 32, registers: registers,
      positions: .sineCosine)
  }

  private func bounds(_ layer: some Layer) -> [String: Double] {
    let (graph, _) = graph(of: layer, on: [2, 32, 32, 3])
    return graph.variables.reduce(into: [:]) { bounds, variable in
      if case .uniform(let bound) = variable.initializer { bounds[variable.path] = bound }
    }
  }

  /// The bounds of `torch.nn.init.xavier_uniform_` for matrices of these extents.
  @Test func weightsAreXaviers() {
    var wanted = ["patch_embed.proj.weight": 1.0 / 6]
    for block in ["blocks.0.", "blocks.1."] {
      wanted[block + "attn.qkv.weight"] = 0.25
      wanted[block + "attn.proj.weight"] = 0.125.squareRoot()
      wanted[block + "mlp.fc1.weight"] = 0.05.squareRoot()
      wanted[block + "mlp.fc2.weight"] = 0.05.squareRoot()
    }
    let found = bounds(encoder().xavierInitialized())
    #expect(Set(found.keys) == Set(wanted.keys))
    for (path, bound) in wanted { #expect(abs((found[path] ?? 0) - bound) < 1e-15, "\(path)") }
    #expect(bounds(encoder()).isEmpty)
  }

  /// Also those of other layers, and of a decoder by itself.
  @Test func itIsForAnyLayer() {
    let layers = Sequential {
      Conv2D(8, kernel: 3); BatchNorm(); Flatten(); Linear(5, bias: false)
    }
    let found = bounds(layers.xavierInitialized())
    let expected = [(6.0 / 35).squareRoot(), (6.0 / Double(32 * 32 * 8 + 5)).squareRoot()]
    #expect(found.values.sorted(by: >) == expected, "\(found)")
    let head = ReconstructionHead(width: 16, depth: 1, heads: 2)
    let decoder = bounds(LayerSequence([encoder().masked(), head]))
    #expect(decoder["decoder_embed.weight"] == (6.0 / 40).squareRoot())
    #expect(decoder["decoder_blocks.0.attn.qkv.weight"] == (6.0 / 64).squareRoot())
    #expect(decoder["decoder_pred.weight"] == (6.0 / 208).squareRoot())
  }

  /// Weights from a file stay, in whichever order the two are written.
  @Test func aWeightFileIsStronger() throws {
    let scratch = try ScratchFolder()
    let file = scratch.url.appending(path: "weights.safetensors")
    let (plain, _) = graph(of: encoder(), on: [2, 32, 32, 3])
    let tensors = plain.variables.map { variable in
      let shape = TorchLayout(of: variable).torchShape
      return NamedTensor(
        variable.path, shape: shape.dimensions, FormulaTensors.values(variable.path, shape.count, -0.5, 0.5))
    }
    try SafeTensors.write(tensors, to: file)
    func initializers(_ layer: some Layer) -> [Initializer] {
      graph(of: layer, on: [2, 32, 32, 3]).0.variables.map(\.initializer)
    }
    let loaded = encoder().pretrained(file.path, normalization: .identity)
    let wanted = initializers(loaded)
    #expect(wanted.count == tensors.count)
    #expect(wanted != initializers(encoder()))
    #expect(initializers(loaded.xavierInitialized()) == wanted)
    let inside = encoder().xavierInitialized().pretrained(file.path, normalization: .identity)
    #expect(initializers(inside) == wanted)
  }

  /// Fixed positions are variables that weight files have and no gradient reaches, 0 for the class token.
  @Test(arguments: [0, 2]) func positionsAreFixed(registers: Int) throws {
    let (graph, output) = graph(of: encoder(registers: registers), on: [2, 32, 32, 3])
    let variable = try #require(graph.variables.first { $0.path == "pos_embed" })
    #expect(!variable.isTrained)
    #expect(graph.variables.filter { !$0.isTrained }.count == 1)
    let program = try Program(graph, outputs: [output])
    let values = program.variable("pos_embed", as: Float.self)
    let leading = registers == 0 ? 24 : 0
    let grid = SineCosinePositions(width: 24).values(rows: 4, columns: 4).map { Float($0) }
    #expect(values == [Float](repeating: 0, count: leading) + grid)
  }

  /// They stay as they are in a stage, and its target network has them too.
  @Test func trainingLeavesPositions() throws {
    let stage = MoCoV3(
      VisionTransformer(
        .custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 16, positions: .sineCosine
      ).xavierInitialized(), batch: 4, epochs: 1
    ).stage
    let plan = try StagePlan(
      stage, on: SmallClinic.dataset(), fingerprint: "test", size: 16, seed: 1, after: nil,
      workers: Workers(count: 1))
    let positions = plan.step.graph.variables.filter { $0.path.hasSuffix("pos_embed") }
    #expect(positions.count == 2)
    #expect(plan.step.graph.updates.allSatisfy { !positions.map(\.path).contains($0.variable.path) })
    let weights = plan.step.graph.variables.filter { $0.path.hasSuffix("attn.qkv.weight") }
    #expect(weights.contains { $0.initializer == .xavier(inputs: 8, outputs: 24) })
  }
}
