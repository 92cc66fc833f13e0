/// The operands' elements at one place: `x[0]` is that of the first operand. It lasts as long as the call it
/// is given to.
public struct Elements<T: Real> {
  @usableFromInline let operands: UnsafePointer<UnsafePointer<T>>
  @usableFromInline let index: Int

  @inlinable
  init(_ operands: UnsafePointer<UnsafePointer<T>>, at index: Int) {
    self.operands = operands
    self.index = index
  }

  /// The element of an operand.
  @inlinable
  public subscript(operand: Int) -> T { operands[operand][index] }
}

/// A run of elements of an elementwise operation, in cache: the operands', and room for the result's.
///
/// The result may lie where an operand does, so elements are read before those at the same places are
/// written.
public struct ElementBlock<T: Real> {
  /// How many elements there are, of each operand and of the result.
  public let count: Int
  /// Where the result's elements go.
  public let result: UnsafeMutablePointer<T>
  @usableFromInline let operands: UnsafePointer<UnsafePointer<T>>

  init(count: Int, result: UnsafeMutablePointer<T>, operands: UnsafePointer<UnsafePointer<T>>) {
    self.count = count
    self.result = result
    self.operands = operands
  }

  /// The elements of an operand, which has been stretched as broadcasting asks.
  @inlinable
  public subscript(operand: Int) -> UnsafePointer<T> { operands[operand] }
}
