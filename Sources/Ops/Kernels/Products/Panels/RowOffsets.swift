/// The start offset of each row of a matrix: at a constant stride, or listed.
package struct RowOffsets {
  private let listed: UnsafePointer<Int32>?
  private let unit: Int

  /// Returns the offsets of rows `pitch` apart.
  @inline(__always)
  package static func strided(_ pitch: Int) -> RowOffsets { RowOffsets(listed: nil, unit: pitch) }

  /// Returns listed offsets.
  ///
  /// - Parameter unit: The number of elements that they count in.
  @inline(__always)
  package static func listed(_ offsets: UnsafePointer<Int32>, unit: Int = 1) -> RowOffsets {
    RowOffsets(listed: offsets, unit: unit)
  }

  @inline(__always)
  package subscript(row: Int) -> Int { (listed.map { Int($0[row]) } ?? row) &* unit }
}
