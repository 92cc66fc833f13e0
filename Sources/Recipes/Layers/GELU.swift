/// The Gaussian error linear unit (Hendrycks and Gimpel 2016).
public struct GELU: Layer {
  /// Creates a Gaussian error linear unit.
  public init() {}

  public func apply(to x: Tensor) -> Tensor { gelu(x) }
}
