/// Where each of some rows, or runs of elements, begins.
protocol Places {
  subscript(index: Int) -> Int { get }
}

/// As far from one another.
struct Every: Places {
  let step: Int

  @inline(__always)
  init(_ step: Int) { self.step = step }
  @inline(__always)
  subscript(index: Int) -> Int { index &* step }
}

/// Next to one another.
struct Adjacent: Places {
  @inline(__always)
  subscript(index: Int) -> Int { index }
}

/// As listed.
struct Listed: Places {
  private let offsets: UnsafePointer<Int32>

  @inline(__always)
  init(_ offsets: UnsafePointer<Int32>) { self.offsets = offsets }
  @inline(__always)
  subscript(index: Int) -> Int { Int(offsets[index]) }
}
