/// A layer whose random first weights are Xavier's.
///
/// Created by `xavierInitialized()`; it does not change the names of parameters.
public struct XavierInitialization: Layer {
  private let layer: any Layer

  fileprivate init(_ layer: any Layer) { self.layer = layer }

  public var isTransparent: Bool { true }
  public var location: SourceLocation? { layer.location }
  public var parts: [any Checkable] { [layer] }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    let first = graph.variables.count
    let result = layer(x)
    // Layers that are applied again create no variables.
    for variable in graph.variables[first...]
    where variable.role == .weight && variable.layout == .outputsFirst {
      if case .stored = variable.initializer { continue }
      let shape = variable.type.shape
      let inputs = Shape(Array(shape.dimensions.dropLast())).count
      graph.start(variable: variable.path, from: .xavier(inputs: inputs, outputs: shape.channels))
    }
    return result
  }

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
  /// The initialization of masked autoencoders and, but for queries, keys and values, which are three
  /// matrices there and one here, of MoCo v3's transformers. A kernel is the matrix of its window. Biases,
  /// normalizations, tokens and weights from a file stay as they are.
  public func xavierInitialized() -> XavierInitialization { XavierInitialization(self) }
}
