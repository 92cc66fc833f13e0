/// The start offset of each row, or of each run of elements.
package protocol RowOffsets {
  subscript(index: Int) -> Int { get }
}

/// Constant stride.
struct Strided: RowOffsets {
  let step: Int

  @inline(__always)
  init(_ step: Int) { self.step = step }
  @inline(__always)
  subscript(index: Int) -> Int { index &* step }
}

/// Contiguous.
struct Contiguous: RowOffsets {
  @inline(__always)
  subscript(index: Int) -> Int { index }
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

/// Explicit offsets.
struct Indexed: RowOffsets {
  private let offsets: UnsafePointer<Int32>

  @inline(__always)
  init(_ offsets: UnsafePointer<Int32>) { self.offsets = offsets }
  @inline(__always)
  subscript(index: Int) -> Int { Int(offsets[index]) }
}
