/// The sigmoid linear unit, `x sigmoid(x)`, also named swish (Elfwing et al. 2017).
public struct SiLU: Layer {
  /// Creates a sigmoid linear unit.
  public init() {}

  public func apply(to x: Tensor) -> Tensor { silu(x) }
}
