/// The absolute value of each element.
package struct Absolute: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0].magnitude }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let sign = (operands[0] .> 0) - (operands[0] .< 0)
    return [upstream * sign]
  }
}

/// Returns the absolute value of each element; the gradient at 0 is 0.
///
/// - Parameter x: The tensor.
public func abs(_ x: Tensor) -> Tensor { x.graph.apply(Absolute(), to: [x]) }
