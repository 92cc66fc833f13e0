/// Where each of some rows, or runs of elements, begins.
package protocol RowOffsets {
  subscript(index: Int) -> Int { get }
}

/// As far from one another.
struct Strided: RowOffsets {
  let step: Int

  @inline(__always)
  init(_ step: Int) { self.step = step }
  @inline(__always)
  subscript(index: Int) -> Int { index &* step }
}

/// Next to one another.
struct Contiguous: RowOffsets {
  @inline(__always)
  subscript(index: Int) -> Int { index }
}

/// As listed.
struct Indexed: RowOffsets {
  private let offsets: UnsafePointer<Int32>

  @inline(__always)
  init(_ offsets: UnsafePointer<Int32>) { self.offsets = offsets }
  @inline(__always)
  subscript(index: Int) -> Int { Int(offsets[index]) }
}
