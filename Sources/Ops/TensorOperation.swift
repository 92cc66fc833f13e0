/// An operation with its complete definition: a shape rule, a gradient expressed in other operations, and a
/// reference kernel.
///
/// The reference kernel is the specification: compiled programs are tested against it.
public protocol TensorOperation: Operation {
  /// Returns the gradient of each operand, given that of the result; nil for an operand without one.
  ///
  /// A gradient has the shape of its operand.
  ///
  /// - Parameters:
  ///   - upstream: The gradient of the result, in its shape.
  ///   - result: The result of the operation.
  ///   - operands: The operands.
  func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?]

  /// Returns the elements of the result in row-major order.
  ///
  /// - Parameters:
  ///   - operands: The values of the operands.
  ///   - type: The type of the result.
  func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T]

  /// Returns its compiled form for operands of these types; a separate call by default.
  ///
  /// - Parameter operands: The types of the operands.
  func lowering(_ operands: [TensorType]) -> Lowering

  /// Returns what is wrong with operands outside the operation's domain, such as `the logarithm of 0`; nil if
  /// nothing is, and by default.
  ///
  /// - Parameter operands: The ranges of the operands' elements.
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
  /// Returns the elements of the result, checked to be as many as the shape rule says.
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

/// The operand values of an operation.
public struct Operands<T: Real> {
  /// The operands in order.
  public let values: [Value<T>]

  /// Creates operands in order.
  ///
  /// - Parameter values: The values of the operands.
  public init(_ values: [Value<T>]) { self.values = values }

  /// Returns the elements of a real operand.
  ///
  /// - Parameter index: The index of the operand.
  public subscript(index: Int) -> [T] { values[index].reals }

  /// Returns the elements of an operand of labels or indices.
  ///
  /// - Parameter index: The index of the operand.
  public func indices(_ index: Int) -> [Int32] { values[index].indices }

  /// Returns the extents of an operand.
  ///
  /// - Parameter index: The index of the operand.
  public func shape(_ index: Int) -> Shape { values[index].shape }
}

/// The values of a tensor, row-major.
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
