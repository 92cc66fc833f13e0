/// The start offset of each row.
package protocol RowOffsets {
  subscript(index: Int) -> Int { get }
}

/// The rows of the left operand of a product with a panel.
package protocol OperandRowOffsets: RowOffsets {
  /// The distance of the elements of a row.
  var step: Int { get }
}

/// Constant stride.
package struct Strided: OperandRowOffsets {
  private let pitch: Int

  @inline(__always)
  init(_ pitch: Int) { self.pitch = pitch }
  @inline(__always)
  package subscript(index: Int) -> Int { index &* pitch }
  @inline(__always)
  package var step: Int { 1 }
}

/// The columns of a matrix: elements of different ones are next to each other, and those of each are `step`
/// apart.
package struct Columns: OperandRowOffsets {
  package let step: Int

  @inline(__always)
  init(step: Int) { self.step = step }
  @inline(__always)
  package subscript(index: Int) -> Int { index }
}

/// Explicit offsets.
struct Indexed: OperandRowOffsets {
  private let offsets: UnsafePointer<Int32>

  @inline(__always)
  init(_ offsets: UnsafePointer<Int32>) { self.offsets = offsets }
  @inline(__always)
  subscript(index: Int) -> Int { Int(offsets[index]) }
  @inline(__always)
  var step: Int { 1 }
}

/// Offsets in another unit.
struct Scaled<Offsets: RowOffsets>: RowOffsets {
  private let offsets: Offsets
  private let factor: Int

  @inline(__always)
  init(_ offsets: Offsets, by factor: Int) { (self.offsets, self.factor) = (offsets, factor) }
  @inline(__always)
  subscript(index: Int) -> Int { offsets[index] &* factor }
}
