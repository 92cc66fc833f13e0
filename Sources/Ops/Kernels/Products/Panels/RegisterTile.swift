import OpenBLAS

/// The accumulators of the micro-kernel: up to six rows of a product by the columns of a panel, in registers.
/// The tile is as large as the registers allow, so that each load serves several multiplications.
struct RegisterTile<Row: PanelRow, Height: StaticNumber> {
  typealias T = Row.Step.Operand

  private var r0 = Row(), r1 = Row(), r2 = Row(), r3 = Row(), r4 = Row(), r5 = Row()

  /// Creates a tile of zeros.
  @inline(__always)
  init() {}

  /// Adds the product of one or more elements of some rows, `step` apart, with as many panel rows, and
  /// prefetches one line of `ahead` for each.
  @inline(__always)
  mutating func add(
    _ a: OperandRows<T, Height>, step: Int, depth: Int, panel: UnsafePointer<T>, ahead: Prefetcher.Lines
  ) {
    var (index, row, line) = (0, panel, ahead.first)
    // A loop that may not run at all would take registers for a second copy of the tile.
    var left = depth
    repeat {
      for part in 0..<Row.Step.parts {
        let b = Row.load(row, part: part)
        r0.add(a.p0[index], times: b, part: part)
        r1.add(a.p1[index], times: b, part: part)
        r2.add(a.p2[index], times: b, part: part)
        r3.add(a.p3[index], times: b, part: part)
        if Height.value > 4 { r4.add(a.p4[index], times: b, part: part) }
        if Height.value > 5 { r5.add(a.p5[index], times: b, part: part) }
      }
      index &+= step
      row += Row.width
      loupe_prefetch_far(line)
      line += ahead.step
      left &-= 1
    } while left > 0
  }

  /// Stores the first `count` rows, or adds them to the values there.
  @inline(__always)
  func store(
    _ target: UnsafeMutablePointer<Row.Step.Sum>, at rows: RowOffsets, first: Int, count: Int, adds: Bool
  ) {
    r0.store(target + rows[first], adds: adds)
    if count > 1 { r1.store(target + rows[first + 1], adds: adds) }
    if count > 2 { r2.store(target + rows[first + 2], adds: adds) }
    if count > 3 { r3.store(target + rows[first + 3], adds: adds) }
    if Height.value > 4 { r4.store(target + rows[first + 4], adds: adds) }
    if Height.value > 5 { r5.store(target + rows[first + 5], adds: adds) }
  }
}

/// The start address of each row of an operand; the first row stands in for those that a tile of four rows
/// does not have.
struct OperandRows<T, Height: StaticNumber> {
  let p0, p1, p2, p3, p4, p5: UnsafePointer<T>

  @inline(__always)
  init(_ base: UnsafePointer<T>, at rows: RowOffsets, first: Int, count: Int) {
    let isWhole = Height.value > 4
    p0 = base + rows[first]
    p1 = isWhole || count > 1 ? base + rows[first &+ 1] : p0
    p2 = isWhole || count > 2 ? base + rows[first &+ 2] : p0
    p3 = isWhole || count > 3 ? base + rows[first &+ 3] : p0
    p4 = Height.value > 4 ? base + rows[first &+ 4] : p0
    p5 = Height.value > 5 ? base + rows[first &+ 5] : p0
  }

  /// Returns the same rows, advanced by some elements.
  @inline(__always)
  func advanced(by offset: Int) -> OperandRows { OperandRows(self, offset) }

  @inline(__always)
  private init(_ other: OperandRows, _ offset: Int) {
    (p0, p1, p2) = (other.p0 + offset, other.p1 + offset, other.p2 + offset)
    (p3, p4, p5) = (other.p3 + offset, other.p4 + offset, other.p5 + offset)
  }
}
