import Foundation
import Testing

@testable import Recipes

/// The contents of Fixtures/timm.json, which make_timm_fixtures.py writes.
struct TimmFixture: Decodable {
  struct Case: Decodable {
    /// The height and width of two images.
    let size: [Int]
    let features: [[Double]]
    /// By parameter, a sum of its gradient times a formula.
    let gradients: [String: Double]
  }

  let layouts: [String: NetworkFixture.Layout]
  let cases: [String: Case]
  /// Features by weights with the names of DINOv2's authors.
  let authors: [[Double]]
  /// The same of a network with gated perceptrons.
  let gatedAuthors: [[Double]]
  /// Grad-CAM, by image, row and column.
  let heat: [[[Double]]]
  /// The same of a classifier of the patches' mean.
  let meanHeat: [[[Double]]]

  static func load() throws -> TimmFixture {
    let url = Bundle.module.url(forResource: "timm", withExtension: "json", subdirectory: "Fixtures")
    return try JSONDecoder().decode(TimmFixture.self, from: Data(contentsOf: #require(url)))
  }

  /// Returns a variable's values by the formula, in this package's layout.
  static func weights<T: Real>(of variable: Variable, as: T.Type = T.self) -> [T] {
    let isVariance = variable.path.hasSuffix("running_var")
    let values = FormulaTensors.values(
      variable.path, variable.type.shape.count, isVariance ? 0.5 : -0.5, isVariance ? 1.5 : 0.5)
    return TorchLayout(of: variable).fromTorch(values).map { T($0) }
  }

  /// The small networks of the cases.
  static let networks: [(name: String, network: any Layer)] = [
    ("plain", transformer()), ("larger", transformer()), ("smaller", transformer()),
    ("registers", transformer(registers: 2, layerScale: 1e-5)),
    ("mean", transformer(pooling: .mean)), ("meanWithRegisters", transformer(registers: 2, pooling: .mean)),
    ("gated", transformer(layerScale: 1e-5, perceptron: .swiGLU(ratio: 8.0 / 3))),
    ("convnext", ConvNeXt(.custom(blocks: [1, 2, 1, 1], channels: [8, 20, 24, 32]))),
    ("efficientnet", EfficientNet(.custom(width: 0.25, depth: 0.5))),
  ]

  static func transformer(
    registers: Int = 0, layerScale: Double? = nil,
    perceptron: TransformerBlock.Perceptron = .mlp(ratio: 4),
    pooling: VisionTransformer.Pooling = .classToken
  ) -> VisionTransformer {
    VisionTransformer(
      .custom(channels: 24, depth: 2, heads: 3, perceptron: perceptron), patch: 8, imageSize: 32,
      registers: registers, layerScale: layerScale, pooling: pooling)
  }
}
