/// An operation with everything that defines it: a shape rule, a gradient that is itself graph, and a
/// reference kernel anyone can read.
///
/// The reference kernel is the definition: compiled programs are tested against it.
public protocol TensorOperation: Operation {
  /// The gradient of each operand, given that of the result; nil for an operand that has none.
  ///
  /// A gradient has the shape of its operand.
  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?]

  /// The elements of the result in row-major order.
  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T]

  /// What it comes down to in a compiled program for operands of these types; a call unless it says
  /// otherwise.
  func lowering(_ operands: [TensorType]) -> Lowering

  /// What is wrong with operands of which the operation is not defined, such as `the logarithm of 0`; nil if
  /// there are none, unless it says otherwise.
  func fault(of operands: [ElementRange]) -> String?
}

extension TensorOperation {
  public func lowering(_ operands: [TensorType]) -> Lowering { .call }
  public func fault(of operands: [ElementRange]) -> String? { nil }
}

extension Operation {
  /// The operation with its gradient and its numbers; nil for the inputs, variables and constants of a graph.
  package var definition: (any TensorOperation)? { self as? any TensorOperation }
}

extension TensorOperation {
  /// The elements of the result, of which there are as many as the shape rule says.
  package func checkedElements<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let elements = evaluate(operands, as: type)
    guard elements.count == type.shape.count && type.element == T.element else {
      fatalError(
        """
        \(name).evaluate gave \(elements.count) elements of \(T.element.rawValue), but its resultType is \
        \(type), which has \(type.shape.count): one of the two is wrong.
        """)
    }
    return elements
  }
}

/// The values an operation is evaluated on.
public struct Operands<T: Real> {
  /// The operands in order.
  public let values: [Value<T>]

  /// Operands in order.
  public init(_ values: [Value<T>]) { self.values = values }

  /// The elements of a real operand.
  public subscript(index: Int) -> [T] { values[index].reals }

  /// The elements of an operand that holds labels or indices.
  public func indices(_ index: Int) -> [Int32] { values[index].indices }

  /// The extents of an operand.
  public func shape(_ index: Int) -> Shape { values[index].shape }
}

/// The elements of a tensor, row-major.
public enum Value<T: Real>: Sendable {
  /// Real numbers.
  case real([T], Shape)
  /// Labels or indices.
  case index([Int32], Shape)

  /// The extents.
  public var shape: Shape {
    switch self {
    case .real(_, let shape), .index(_, let shape): return shape
    }
  }

  /// The elements of a tensor of real numbers.
  public var reals: [T] {
    guard case .real(let values, _) = self else { fatalError("the tensor holds indices") }
    return values
  }

  /// The elements of a tensor of indices.
  public var indices: [Int32] {
    guard case .index(let values, _) = self else { fatalError("the tensor holds real numbers") }
    return values
  }
}
