/// The larger of each element and 0.
public struct ReLU: Layer {
  /// A rectifier.
  public init() {}

  public func apply(to x: Tensor) -> Tensor { relu(x) }
}
