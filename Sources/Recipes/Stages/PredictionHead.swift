/// Layers behind the projection head that say, from the embedding of one view, what that of the other is
/// (Grill et al. 2020): a line of a stage. Only the network that is trained has them.
public struct PredictionHead: StageComponent {
  /// Embeddings `[2N, D]` to predictions of the same shape.
  public let layers: LayerSequence
  public let problems: [SettingProblem]

  /// A predictor with hidden layers of the given widths, Linear-BatchNorm-ReLU each, and a Linear.
  public init(
    hidden: [Int] = [512], output: Int = 128, file: StaticString = #fileID, line: Int = #line
  ) {
    let widths = hidden.map { Check.count("hidden", $0) }
    problems = (widths + [Check.count("output", output)]).compactMap { $0 }
    layers = LayerSequence(
      hidden.flatMap { width -> [any Layer] in
        [Linear(width, bias: false, file: file, line: line), BatchNorm(file: file, line: line), ReLU()]
      } + [Linear(output, file: file, line: line)])
  }

  /// A predictor of the given layers.
  public init(@LayerBuilder _ layers: () -> LayerSequence) {
    problems = []
    self.layers = layers()
  }

  public var parts: [any Checkable] { problems.isEmpty ? [layers] : [] }

  public static func == (a: PredictionHead, b: PredictionHead) -> Bool { a.layers == b.layers }

  public func hash(into hasher: inout Hasher) { hasher.combine(layers) }

  public var summary: String { "PredictionHead { \(LayerComponent(layers).summary) }" }
}
