/// 1 where a comparison of two elements is true and 0 elsewhere, in the operands' precision.
package struct Compare: Elementwise {
  /// A comparison operator.
  package enum Kind: Hashable, Sendable {
    /// a < b.
    case less
    /// a <= b.
    case lessOrEqual
    /// a == b.
    case equal
  }

  /// The comparison operator.
  package let kind: Kind

  package static var arity: Int { 2 }

  package func element<T: Real>(_ x: Elements<T>) -> T {
    switch kind {
    case .less: return x[0] < x[1] ? 1 : 0
    case .lessOrEqual: return x[0] <= x[1] ? 1 : 0
    case .equal: return x[0] == x[1] ? 1 : 0
    }
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] { [nil, nil] }
}

extension Compare: VectorFormula {
  @inline(__always)
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T> {
    switch kind {
    case .less: return T.isLess(x[0], x[1])
    case .lessOrEqual: return T.isLessOrEqual(x[0], x[1])
    case .equal: return T.isEqual(x[0], x[1])
    }
  }
}

extension Tensor {
  /// 1 where a < b, else 0, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { a.graph.apply(Compare(kind: .less), to: [a, b]) }
  /// 1 where a <= b, else 0, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor {
    a.graph.apply(Compare(kind: .lessOrEqual), to: [a, b])
  }
  /// 1 where a > b, else 0, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  /// 1 where a >= b, else 0, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
  /// 1 where a == b, else 0, with broadcasting.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .== (a: Tensor, b: Tensor) -> Tensor {
    a.graph.apply(Compare(kind: .equal), to: [a, b])
  }

  /// 1 where an element is less than a number, else 0.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .< (a: Tensor, b: Double) -> Tensor { a .< a.constant(b) }
  /// 1 where an element is at most a number, else 0.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .<= (a: Tensor, b: Double) -> Tensor { a .<= a.constant(b) }
  /// 1 where an element is greater than a number, else 0.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .> (a: Tensor, b: Double) -> Tensor { a .> a.constant(b) }
  /// 1 where an element is at least a number, else 0.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .>= (a: Tensor, b: Double) -> Tensor { a .>= a.constant(b) }
  /// 1 where an element equals a number, else 0.
  ///
  /// - Parameters:
  ///   - a: The first operand.
  ///   - b: The second operand, broadcast to the shape of the first or the reverse.
  public static func .== (a: Tensor, b: Double) -> Tensor { a .== a.constant(b) }
}
