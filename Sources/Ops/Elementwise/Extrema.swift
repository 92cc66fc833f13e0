/// The larger of two elements.
package struct Maximum: Elementwise {
  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] < x[1] ? x[1] : x[0] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (a, b) = (operands[0], operands[1])
    return [shared(upstream, where: a .> b, a, b), shared(upstream, where: b .> a, b, a)]
  }
}

/// The smaller of two elements.
package struct Minimum: Elementwise {
  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[1] < x[0] ? x[1] : x[0] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (a, b) = (operands[0], operands[1])
    return [shared(upstream, where: a .< b, a, b), shared(upstream, where: b .< a, b, a)]
  }
}

// Returns the gradient of `own`: all of it where it wins, half of it where the two are equal.
private func shared(_ upstream: Tensor, where wins: Tensor, _ own: Tensor, _ other: Tensor) -> Tensor {
  let loses = select(own .== other, upstream * 0.5, upstream.constant(0))
  return select(wins, upstream, loses).unbroadcast(to: own.shape)
}

/// Returns the larger of two elements, with broadcasting; equal elements get half of the gradient each.
///
/// - Parameters:
///   - a: The first operand.
///   - b: The second operand, broadcast to the shape of the first or the reverse.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { a.graph.apply(Maximum(), to: [a, b]) }

/// Returns the larger of each element and a number.
///
/// - Parameters:
///   - a: The first operand.
///   - b: The second operand, broadcast to the shape of the first or the reverse.
public func maximum(_ a: Tensor, _ b: Double) -> Tensor { maximum(a, a.constant(b)) }

/// Returns the smaller of two elements, with broadcasting; equal elements get half of the gradient each.
///
/// - Parameters:
///   - a: The first operand.
///   - b: The second operand, broadcast to the shape of the first or the reverse.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { a.graph.apply(Minimum(), to: [a, b]) }

/// Returns the smaller of each element and a number.
///
/// - Parameters:
///   - a: The first operand.
///   - b: The second operand, broadcast to the shape of the first or the reverse.
public func minimum(_ a: Tensor, _ b: Double) -> Tensor { minimum(a, a.constant(b)) }
