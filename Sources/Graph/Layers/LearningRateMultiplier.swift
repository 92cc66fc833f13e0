/// A layer some of whose parameters are trained at another rate than the rest of the model, or not at all.
///
/// Made by `frozen(_:)` and `trained(at:_:)`; the names of its parameters are those without it.
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
  /// The layer with its parameters as they are: nothing trains them, and its batch normalizations use their
  /// running statistics and do not move them, in training too.
  ///
  ///     Classifier(encoder.frozen(), classes: 26, named: "linear", after: simclr)
  ///     Classifier(encoder.frozen("conv1", "bn1", "layer1"), classes: 26, named: "upper", after: simclr)
  ///
  /// - Parameter names: The layers within it that are frozen, by their paths; all of it without any.
  public func frozen(_ names: String...) -> LearningRateMultiplier {
    LearningRateMultiplier(self, factor: 0, names: names)
  }

  /// The layer with its parameters trained at `factor` times the learning rate.
  ///
  /// - Parameter names: The layers within it that are meant, by their paths; all of it without any.
  public func trained(at factor: Double, _ names: String...) -> LearningRateMultiplier {
    LearningRateMultiplier(self, factor: factor, names: names)
  }
}
