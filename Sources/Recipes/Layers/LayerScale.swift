/// A trained factor for each channel of `[N, ..., C]`, `gamma`, that starts small, so that a block starts
/// close to the identity (Touvron et al. 2021, "Going deeper with image transformers").
public struct LayerScale: Layer {
  let initial: Double

  /// Creates a scale.
  ///
  /// - Parameter initial: The first value of each factor, such as 1e-5.
  public init(_ initial: Double) { self.initial = initial }

  public var kind: String { "ls" }

  public var problems: [SettingProblem] { Check.number("initial", initial) }

  public func apply(to x: Tensor) -> Tensor {
    x * x.graph.variable("gamma", [x.shape.channels], role: .normalization, initializer: .constant(initial))
  }
}
