import Recipes

/// log(1 + e^x) of each element, without overflow.
///
/// An elementwise operation defines one element. The compiler fuses it into the neighboring loop, convolution
/// or matrix product.
public struct Softplus: Elementwise {
  public static var arity: Int { 1 }

  /// Two transcendental functions take longer than reading the result from memory again.
  public var isCostly: Bool { true }

  public func element<T: Real>(_ x: Elements<T>) -> T { max(x[0], 0) + T.log(1 + T.exp(-abs(x[0]))) }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * sigmoid(operands[0])]
  }
}

/// Returns log(1 + e^x) of each element.
public func softplus(_ x: Tensor) -> Tensor { x.graph.apply(Softplus(), to: [x]) }
