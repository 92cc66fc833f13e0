/// The rectified linear unit: each element, or 0 if it is negative.
package struct Relu: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] < 0 ? 0 : x[0] }

  // Reads the result and not the operand, so that the operand need not be kept for the backward pass.
  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [select(result .> 0, upstream, upstream.constant(0))]
  }
}

extension Relu: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { T.larger(x[0], Lanes(repeating: 0)) }
}

/// Returns each element, or 0 if it is negative; the gradient at 0 is 0.
///
/// - Parameter x: The tensor.
public func relu(_ x: Tensor) -> Tensor { x.graph.apply(Relu(), to: [x]) }
