/// A kind of node: a pure function of tensors, with its settings as stored properties.
///
/// This module knows only an operation's name and shape rule; its gradient and its kernels are in `Ops`.
/// Equal operations on the same operands compute the same value.
public protocol Operation: Hashable, Sendable {
  /// Returns the type of the result.
  ///
  /// - Parameter operands: The types of the operands.
  /// - Throws: `ShapeError` that says which operand does not fit.
  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType

  /// Returns the multiply-adds of one evaluation; 0 unless the operation is a product.
  ///
  /// - Parameters:
  ///   - operands: The types of the operands.
  ///   - result: The type of the result.
  func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int

  /// Whether an operand is constant to every tape, so that no gradient goes on through it; false unless it
  /// says so.
  ///
  /// - Parameter operand: The index of the operand.
  func isDetached(operand: Int) -> Bool
}

extension Operation {
  public func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int { 0 }

  public func isDetached(operand: Int) -> Bool { false }

  /// The operation's type name, as printed.
  public var name: String { String(describing: Self.self) }
}

/// An error for operands of unsuitable types or shapes.
public struct ShapeError: Error, Equatable, Sendable {
  /// A sentence that says what is wrong.
  public let message: String
  /// The expected type or shape.
  public let expected: String
  /// The actual type or shape.
  public let found: String
  /// The result type to assume, so that later errors in the same model are found too.
  public let assuming: TensorType?

  /// Creates an error with the texts of a diagnostic.
  ///
  /// - Parameters:
  ///   - message: A sentence that says what is wrong.
  ///   - expected: The expected type or shape.
  ///   - found: The actual type or shape.
  ///   - assuming: The result type to assume, so that later errors in the same model are found too.
  public init(_ message: String, expected: String, found: String, assuming: TensorType? = nil) {
    self.message = message
    self.expected = expected
    self.found = found
    self.assuming = assuming
  }
}
