/// The rectified linear unit, max(x, 0).
public struct ReLU: Layer {
  /// Creates a rectified linear unit.
  public init() {}

  public func apply(to x: Tensor) -> Tensor { relu(x) }
}
