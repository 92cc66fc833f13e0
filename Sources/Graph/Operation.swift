/// One kind of node: a pure function of tensors, with its settings as stored properties.
///
/// This module knows an operation only by its name and shape rule; its gradient and its numbers are in `Ops`.
/// Two operations that are equal and have the same operands compute the same value.
public protocol Operation: Hashable, Sendable {
  /// The type of the result, or a `ShapeError` that says which operand does not fit.
  func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType

  /// The multiply-adds one evaluation takes; 0 unless the operation multiplies matrices.
  func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int

  /// Whether an operand is constant to every tape, so that no gradient goes on through it; false unless it
  /// says so.
  func isDetached(operand: Int) -> Bool
}

extension Operation {
  public func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int { 0 }

  public func isDetached(operand: Int) -> Bool { false }

  /// The operation's type name, as printed.
  public var name: String { String(describing: Self.self) }
}

/// Operands that an operation cannot be applied to.
public struct ShapeError: Error, Equatable, Sendable {
  /// A sentence that says what does not fit.
  public let message: String
  /// What would have fitted.
  public let expected: String
  /// What was given.
  public let found: String
  /// The type to go on with, so that later mistakes of the same model are found in the same run.
  public let assuming: TensorType?

  /// An error with the words a diagnostic prints.
  public init(_ message: String, expected: String, found: String, assuming: TensorType? = nil) {
    self.message = message
    self.expected = expected
    self.found = found
    self.assuming = assuming
  }
}
