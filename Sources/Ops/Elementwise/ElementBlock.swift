/// The operands' elements at one index: `x[0]` is that of the first operand. Valid only during the call that
/// receives it.
public struct Elements<T: Real> {
  @usableFromInline let operands: UnsafePointer<UnsafePointer<T>>
  @usableFromInline let index: Int

  @inlinable
  init(_ operands: UnsafePointer<UnsafePointer<T>>, at index: Int) {
    self.operands = operands
    self.index = index
  }

  /// Returns the element of an operand.
  ///
  /// - Parameter operand: The index of the operand.
  @inlinable
  public subscript(operand: Int) -> T { operands[operand][index] }
}

/// A block of elements of an elementwise operation, in cache: the operands' and the result's.
///
/// The result may alias an operand, so the elements at an index are read before the result's is written.
public struct ElementBlock<T: Real> {
  /// The number of elements of each operand and of the result.
  public let count: Int
  /// The buffer for the result's elements.
  public let result: UnsafeMutablePointer<T>
  @usableFromInline let operands: UnsafePointer<UnsafePointer<T>>
  /// The rows that the elements form, if some operands do not have a value for each: only for a
  /// `VectorFormula`.
  let rows: ElementRows?

  init(
    count: Int, result: UnsafeMutablePointer<T>, operands: UnsafePointer<UnsafePointer<T>>,
    rows: ElementRows? = nil
  ) {
    self.count = count
    self.result = result
    self.operands = operands
    self.rows = rows
  }

  /// Returns the elements of an operand, after broadcasting.
  ///
  /// - Parameter operand: The index of the operand.
  @inlinable
  public subscript(operand: Int) -> UnsafePointer<T> { operands[operand] }
}
