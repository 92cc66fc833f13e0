/// A layer whose random first weights are Xavier's.
///
/// Created by `xavierInitialized()`; it does not change the names of parameters.
public struct XavierInitialization: Layer {
  private let layer: any Layer

  fileprivate init(_ layer: any Layer) { self.layer = layer }

  public var isTransparent: Bool { true }
  public var location: SourceLocation? { layer.location }
  public var parts: [any Checkable] { [layer] }

  public func apply(to x: Tensor) -> Tensor { x.graph.xavierInitialized { layer(x) } }

  public static func == (a: XavierInitialization, b: XavierInitialization) -> Bool {
    areEqual(a.layer, b.layer)
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(layer) }
}

extension Layer {
  /// Returns the layer with first weights uniform in plus or minus sqrt(6 / (inputs + outputs)) (Glorot and
  /// Bengio 2010), whatever distribution its parts have by default.
  ///
  ///     VisionTransformer(.small, patch: 16, positions: .sineCosine).xavierInitialized()
  ///
  /// Those are the first weights of masked autoencoders and of MoCo v3's transformers. A kernel counts as the
  /// matrix of its window, and queries, keys and values as one matrix, as in the code of masked autoencoders.
  /// Biases, normalizations, tokens and weights from a file stay as they are.
  public func xavierInitialized() -> XavierInitialization { XavierInitialization(self) }
}

extension GraphBuilder {
  /// Runs `body`, whose new weights start from Xavier's distribution unless they are stored ones.
  func xavierInitialized(_ body: () -> Tensor) -> Tensor {
    let first = variables.count
    let result = body()
    for variable in variables[first...] where variable.role == .weight && variable.layout == .outputsFirst {
      if case .stored = variable.initializer { continue }
      let (shape, outputs) = (variable.type.shape, variable.type.shape.channels)
      start(variable: variable.path, from: .xavier(inputs: shape.count / outputs, outputs: outputs))
    }
    return result
  }
}
