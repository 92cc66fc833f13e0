/// The second operand's element where the first operand's is not 0, else the third's.
public struct Select: VectorOperation {
  public static var arity: Int { 3 }
  package var instruction: VectorInstruction { .select }

  public func element<T: Real>(_ x: Elements<T>) -> T { x[0] != 0 ? x[1] : x[2] }

  public func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (mask, zero) = (operands[0], upstream.constant(0))
    return [
      nil,
      select(mask, upstream, zero).unbroadcast(to: operands[1].shape),
      select(mask, zero, upstream).unbroadcast(to: operands[2].shape),
    ]
  }
}

/// The elements of `a` where `mask` is not 0 and those of `b` elsewhere; the operands broadcast.
public func select(_ mask: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
  mask.graph.apply(Select(), to: [mask, a, b])
}
