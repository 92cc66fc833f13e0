/// The sum of two tensors.
package struct Add: Elementwise {
  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] + x[1] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    operands.map { upstream.unbroadcast(to: $0.shape) }
  }
}

extension Add: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[0] + x[1] }
}

/// The difference of two tensors.
package struct Subtract: Elementwise {
  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] - x[1] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.unbroadcast(to: operands[0].shape), (-upstream).unbroadcast(to: operands[1].shape)]
  }
}

extension Subtract: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[0] - x[1] }
}

/// The product of two tensors.
package struct Multiply: Elementwise {
  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] * x[1] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [
      (upstream * operands[1]).unbroadcast(to: operands[0].shape),
      (upstream * operands[0]).unbroadcast(to: operands[1].shape),
    ]
  }
}

extension Multiply: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> { x[0] * x[1] }
}

/// The quotient of two tensors.
package struct Divide: Elementwise {
  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T { x[0] / x[1] }

  package func fault(of operands: [ElementRange]) -> String? {
    operands[1].hasZeros ? "a division by 0" : nil
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let first = upstream / operands[1]
    return [first.unbroadcast(to: operands[0].shape), (-(first * result)).unbroadcast(to: operands[1].shape)]
  }
}

/// The negative of a tensor.
package struct Negate: Elementwise {
  package static var arity: Int { 1 }

  package func element<T: Real>(_ x: Elements<T>) -> T { -x[0] }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [-upstream] }
}

extension Tensor {
  /// The elementwise sum, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.graph.apply(Add(), to: [a, b]) }
  /// The elementwise difference, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.graph.apply(Subtract(), to: [a, b]) }
  /// The elementwise product, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.graph.apply(Multiply(), to: [a, b]) }
  /// The elementwise quotient, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.graph.apply(Divide(), to: [a, b]) }
  /// The negative of each element.
  ///
  /// - Parameter a: The tensor.
  public static prefix func - (a: Tensor) -> Tensor { a.graph.apply(Negate(), to: [a]) }

  /// Each element plus a number.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func + (a: Tensor, b: Double) -> Tensor { a + a.constant(b) }
  /// A number plus each element.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func + (a: Double, b: Tensor) -> Tensor { b.constant(a) + b }
  /// Each element minus a number.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func - (a: Tensor, b: Double) -> Tensor { a - a.constant(b) }
  /// A number minus each element.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func - (a: Double, b: Tensor) -> Tensor { b.constant(a) - b }
  /// Each element times a number.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func * (a: Tensor, b: Double) -> Tensor { a * a.constant(b) }
  /// A number times each element.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func * (a: Double, b: Tensor) -> Tensor { b.constant(a) * b }
  /// Each element divided by a number.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func / (a: Tensor, b: Double) -> Tensor { a / a.constant(b) }
  /// A number divided by each element.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func / (a: Double, b: Tensor) -> Tensor { b.constant(a) / b }

  /// Returns a scalar constant of this tensor's element type in its graph.
  func constant(_ value: Double) -> Tensor { graph.constant(value, [], type.element) }
}
