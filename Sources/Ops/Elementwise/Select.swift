/// The second operand's element where the first operand's is nonzero, else the third's.
package struct Select: Elementwise {
  package static var arity: Int { 3 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] != 0 ? x[1] : x[2] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (mask, zero) = (operands[0], upstream.constant(0))
    return [
      nil,
      select(mask, upstream, zero).unbroadcast(to: operands[1].shape),
      select(mask, zero, upstream).unbroadcast(to: operands[2].shape),
    ]
  }
}

extension Select: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.choose(x[0], x[1], x[2]) }
}

extension Select: Fusing {
  // Fuses a comparison with 0 and a selection of 0, so that the gradient of a ReLU needs no mask in memory.
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)? {
    guard operand == 0, (producer as? Compare)?.kind == .less, constants[0] == 0, constants[3] == 0 else {
      return nil
    }
    return PassPositive()
  }
}

// The fused form of select(0 < x, a, 0): the third operand where the second is positive, else 0.
private struct PassPositive: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[1] > 0 ? x[2] : 0 }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.passPositive(x[1], x[2]) }
}

/// Returns the elements of `a` where `mask` is nonzero and those of `b` elsewhere, with broadcasting.
///
/// - Parameters:
///   - mask: Where to choose `a`: any number but 0.
///   - a: The elements where the mask is not 0.
///   - b: The elements where it is 0.
public func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  mask.graph.apply(Select(), to: [mask, a, b])
}
