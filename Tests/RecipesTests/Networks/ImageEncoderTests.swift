import Foundation
import Testing

@testable import Recipes

/// The settings of a network that a weight file decides.
struct ImageEncoderTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  private var path: String { scratch.url.appending(path: "weights.safetensors").path }

  /// Writes tensors of the names and shapes of networks, each after a prefix.
  private func write(_ networks: [(prefix: String, network: VisionTransformer)]) throws {
    let tensors = networks.flatMap { prefix, network in
      let (graph, _) = graph(
        of: network, on: [1, network.imageSize, network.imageSize, 3], mode: .inference)
      return graph.variables.map {
        let shape = TorchLayout(of: $0).torchShape
        return NamedTensor(
          prefix + $0.path, shape: shape.dimensions, [Float](repeating: 0, count: shape.count))
      }
    }
    try SafeTensors.write(tensors, to: URL(filePath: path))
  }

  private static let architecture = VisionTransformer.Architecture.custom(channels: 24, depth: 2, heads: 3)

  private static let networks = [
    VisionTransformer(architecture, patch: 8, imageSize: 48),
    VisionTransformer(architecture, patch: 14, imageSize: 70, layerScale: 1e-5),
    VisionTransformer(architecture, patch: 14, imageSize: 70, registers: 4, layerScale: 1e-5),
    VisionTransformer(architecture, patch: 16, imageSize: 32, registers: 1),
    VisionTransformer(
      .custom(channels: 24, depth: 2, heads: 3, perceptron: .swiGLU(ratio: 8.0 / 3)), patch: 8,
      imageSize: 48),
    VisionTransformer(
      .custom(channels: 24, depth: 2, heads: 3, perceptron: .mlp(ratio: 1.25)), patch: 8, imageSize: 48),
  ]

  /// Their layouts are timm's, as `TransformerTests` has it.
  @Test(arguments: networks) func aFileDecides(network: VisionTransformer) throws {
    for prefixes in [[""], ["teacher.backbone."], ["student.", "teacher."]] {
      try write(prefixes.map { ($0, network) })
      #expect(VisionTransformer(Self.architecture).fitted(to: path) == network, "\(prefixes)")
      let scaled = VisionTransformer(Self.architecture, registers: 2, layerScale: 0.5).fitted(to: path)
      #expect(scaled.layerScale == network.layerScale.map { _ in 0.5 })
      #expect(scaled.registers == network.registers)
      let dropping = VisionTransformer(Self.architecture, dropPath: 0.2).fitted(to: path)
      #expect(dropping.dropPath == 0.2)
    }
  }

  @Test func aPrefixChooses() throws {
    let (first, second) = (Self.networks[0], Self.networks[3])
    try write([("student.", first), ("teacher.", second)])
    let own = VisionTransformer(Self.architecture)
    #expect(own.fitted(to: path) == own)
    #expect(own.fitted(to: path, prefix: "student.") == first)
    #expect(own.fitted(to: path, prefix: "teacher.") == second)
    #expect(own.fitted(to: path, prefix: "other.") == own)
  }

  /// Shapes that no transformer has, with no values, so that the file is short.
  @Test(arguments: [
    ([1, Int.max, 0], [0, 3, 16, 16]), ([1, 1 << 60 + 1, 0], [0, 3, 1, 1 << 40]),
    ([1, 17, 0], [0, 0, 16, 1 << 62]), ([1, 17, 0], [0, 3, 16, 0]), ([1, 18, 0], [0, 3, 16, 16]),
    ([1, 0, 24], [0, 3, 16, 16]), ([0], [0]),
  ]) func otherShapesDecideNothing(positions: [Int], kernel: [Int]) throws {
    try write(positions: positions, kernel: kernel)
    let own = VisionTransformer(Self.architecture)
    #expect(own.fitted(to: path) == own)
  }

  @Test func aHugeNetworkIsRefused() throws {
    try write(positions: [1, 1 << 60 + 1, 0], kernel: [0, 3, 16, 16])
    let network = VisionTransformer(Self.architecture).fitted(to: path)
    #expect(network.imageSize == 1 << 34)
    let (graph, _) = graph(of: network, on: [1, 32, 32, 3])
    #expect(graph.diagnostics.count == 1)
  }

  /// Writes the header of a file without values.
  private func write(positions: [Int], kernel: [Int]) throws {
    func entry(_ shape: [Int]) -> String {
      "{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[0,0]}"
    }
    let header = "{\"pos_embed\":\(entry(positions)),\"patch_embed.proj.weight\":\(entry(kernel))}"
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    try (length + Data(header.utf8)).write(to: URL(filePath: path))
  }

  @Test func aFileOfAnotherNetworkDecidesNothing() throws {
    try write([("", Self.networks[0])])
    #expect(ResNet(.resNet18).fitted(to: path) == ResNet(.resNet18))
    #expect(ResNet(.resNet18).fitted(to: scratch.url.path) == ResNet(.resNet18))
    #expect(VisionTransformer(.tiny).fitted(to: "nowhere") == VisionTransformer(.tiny))
  }

  @Test func imagesAreWholePatches() {
    #expect(VisionTransformer(.tiny, patch: 14, imageSize: 28).imageMultiple == 14)
    #expect(ResNet(.tiny).imageMultiple == 1)
  }
}
