/// The logistic function 1 / (1 + e^-x) of each element.
package struct Sigmoid: Elementwise {
  package static var arity: Int { 1 }
  package var isCostly: Bool { true }

  package func element<T: Real>(_ x: Elements<T>) -> T { 1 / (1 + T.exp(-x[0])) }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream * (result * (1 - result))]
  }
}

/// Returns the logistic function 1 / (1 + e^-x) of each element.
///
/// - Parameter x: The tensor.
public func sigmoid(_ x: Tensor) -> Tensor { x.graph.apply(Sigmoid(), to: [x]) }
