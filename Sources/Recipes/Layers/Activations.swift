/// The larger of each element and 0.
public struct ReLU: Layer {
  /// A rectifier.
  public init() {}

  public func apply(to x: Tensor) -> Tensor { relu(x) }
}

/// The Gaussian error linear unit (Hendrycks and Gimpel 2016).
public struct GELU: Layer {
  /// A Gaussian error linear unit.
  public init() {}

  public func apply(to x: Tensor) -> Tensor { gelu(x) }
}
