/// A prediction head behind the projection head, which predicts the embedding of one view from that of the
/// other (Grill et al. 2020). A line of a stage. Only the trained network has one.
public struct PredictionHead: StageComponent {
  /// The layers, from embeddings `[2N, D]` to predictions of the same shape.
  public private(set) var layers: LayerSequence
  public let problems: [SettingProblem]

  /// A predictor with hidden layers of the given widths, Linear-BatchNorm-ReLU each, and a Linear.
  ///
  /// - Parameters:
  ///   - hidden: The widths of the hidden layers.
  ///   - output: The width of the predictions, that of the embeddings.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
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

  /// Creates a predictor of the given layers.
  ///
  /// - Parameter layers: The layers, from embeddings `[2N, D]` to predictions of the same shape.
  public init(@LayerBuilder _ layers: () -> LayerSequence) {
    problems = []
    self.layers = layers()
  }

  /// Returns the predictor with all batch normalizations in it synchronized; see `Layer/synchronized()`.
  public func synchronized() -> PredictionHead {
    var predictor = self
    predictor.layers = LayerSequence([layers.synchronized()])
    return predictor
  }

  public var parts: [any Checkable] { problems.isEmpty ? [layers] : [] }

  public static func == (a: PredictionHead, b: PredictionHead) -> Bool { a.layers == b.layers }

  public func hash(into hasher: inout Hasher) { hasher.combine(layers) }

  public var summary: String { "PredictionHead { \(LayerComponent(layers).summary) }" }
}
