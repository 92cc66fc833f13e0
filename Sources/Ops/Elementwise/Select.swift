/// The second operand's element where the first operand's is not 0, else the third's.
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
  // What passes where a number is positive, and is 0 elsewhere: the gradient of a rectifier needs no mask in
  // memory.
  func fused(
    with producer: any ElementFormula, at operand: Int, constants: [Double?]
  ) -> (any ElementFormula)? {
    guard operand == 0, (producer as? Compare)?.kind == .less, constants[0] == 0, constants[3] == 0 else {
      return nil
    }
    return PassPositive()
  }
}

// The third operand where the second is positive, which is greater than the first, and else the fourth: both
// are 0.
private struct PassPositive: VectorFormula {
  static var arity: Int { 4 }

  func element<T: Real>(_ x: Elements<T>) -> T { x[1] > 0 ? x[2] : 0 }

  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.passPositive(x[1], x[2]) }
}

/// The elements of `a` where `mask` is not 0 and those of `b` elsewhere; the operands broadcast.
public func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  mask.graph.apply(Select(), to: [mask, a, b])
}
