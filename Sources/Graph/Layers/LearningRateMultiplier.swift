/// A layer with some or all of its parameters frozen or trained at a multiple of the learning rate.
///
/// Created by `frozen(_:)` and `trained(at:_:)`; it does not change the names of parameters.
public struct LearningRateMultiplier: Layer {
  private let layer: any Layer
  private let factor: Double
  private let names: [String]

  fileprivate init(_ layer: any Layer, factor: Double, names: [String]) {
    self.layer = layer
    self.factor = factor
    self.names = names
  }

  public var isTransparent: Bool { true }
  public var location: SourceLocation? { layer.location }
  public var parts: [any Checkable] { [layer] }
  public var problems: [SettingProblem] { Check.number("factor", factor, atLeast: 0) }

  public func apply(to x: Tensor) -> Tensor {
    x.graph.learning(at: factor, only: names) { layer(x) }
  }

  public static func == (a: LearningRateMultiplier, b: LearningRateMultiplier) -> Bool {
    areEqual(a.layer, b.layer) && a.factor == b.factor && a.names == b.names
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(layer)
    hasher.combine(factor)
    hasher.combine(names)
  }
}

extension Layer {
  /// Returns the layer with its parameters frozen: they are not trained, and its batch normalizations use
  /// their running statistics without updating them, also in training.
  ///
  ///     Classifier(encoder.frozen(), classes: 26, named: "linear", after: simclr)
  ///     Classifier(encoder.frozen("conv1", "bn1", "layer1"), classes: 26, named: "upper", after: simclr)
  ///
  /// - Parameter names: Paths of the frozen layers within this one; empty means all.
  public func frozen(_ names: String...) -> LearningRateMultiplier {
    LearningRateMultiplier(self, factor: 0, names: names)
  }

  /// Returns the layer with its parameters trained at `factor` times the learning rate.
  ///
  /// - Parameters:
  ///   - factor: The multiple of the learning rate.
  ///   - names: Paths of the affected layers within this one; empty means all.
  public func trained(at factor: Double, _ names: String...) -> LearningRateMultiplier {
    LearningRateMultiplier(self, factor: factor, names: names)
  }
}
