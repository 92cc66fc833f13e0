/// A formula with a hand-written version for sixteen elements, for functions whose `element` the compiler
/// does not vectorize, and for operands that have one value for each row of a block.
protocol VectorFormula: ElementFormula {
  /// Returns sixteen elements, those of `element` to rounding.
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T>
}

/// The operands' elements at sixteen consecutive indices.
struct VectorElements<T: KernelReal> {
  fileprivate let operands: UnsafePointer<UnsafePointer<T>>
  // Each operand's bits of `start`, 0 if its elements are the same at every index; nil if no operand's are.
  fileprivate let masks: UnsafePointer<Int>?
  fileprivate let start: Int
  /// The number of elements in memory; the others are 1.
  fileprivate let count: Int

  @inline(__always)
  subscript(operand: Int) -> Lanes<T> {
    let place = operands[operand] + (masks.map { start & $0[operand] } ?? start)
    return count == 16 ? load(place) : load(place, count: count)
  }
}

extension VectorFormula {
  package func run(_ block: ElementBlock<Float>) { runVectors(block) }
  package func run(_ block: ElementBlock<Double>) { runVectors(block) }

  // The operands' addresses are read from a table that nothing else writes to, once for all vectors.
  @inline(__always)
  private func runVectors<T: KernelReal>(_ block: ElementBlock<T>) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: ElementRows.mostOperands) { places in
      guard let places = places.baseAddress else { return }
      if let rows = block.rows { return runRows(rows, block, places) }
      for operand in 0..<Self.arity { (places + operand).initialize(to: block[operand]) }
      runVectors(places, masks: nil, count: block.count, to: block.result)
    }
  }

  // A value of a row is repeated sixteen times, and its address does not advance.
  @inline(__always)
  private func runRows<T: KernelReal>(
    _ rows: ElementRows, _ block: ElementBlock<T>, _ places: UnsafeMutablePointer<UnsafePointer<T>>
  ) {
    withUnsafeTemporaryAllocation(of: Lanes<T>.self, capacity: ElementRows.mostOperands) { repeated in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: ElementRows.mostOperands) { masks in
        guard let repeated = repeated.baseAddress, let masks = masks.baseAddress else { return }
        for row in 0..<rows.count {
          let first = row &* rows.columns
          for operand in 0..<Self.arity {
            var place = block[operand]
            switch rows.layouts[operand] {
            case .elements: place += first
            case .row: break
            case .column:
              (repeated + operand).initialize(to: Lanes<T>(repeating: place[row]))
              place = UnsafeRawPointer(repeated + operand).assumingMemoryBound(to: T.self)
            }
            (places + operand).initialize(to: place)
            (masks + operand).initialize(to: rows.layouts[operand] == .column ? 0 : -1)
          }
          runVectors(places, masks: masks, count: rows.columns, to: block.result + first)
        }
      }
    }
  }

  @inline(__always)
  private func runVectors<T: KernelReal>(
    _ operands: UnsafePointer<UnsafePointer<T>>, masks: UnsafePointer<Int>?, count: Int,
    to result: UnsafeMutablePointer<T>
  ) {
    var start = 0
    while start + 16 <= count {
      let x = VectorElements(operands: operands, masks: masks, start: start, count: 16)
      store(elements(x), result + start)
      start += 16
    }
    if start < count { runRest(operands, masks: masks, start..<count, to: result) }
  }

  // Computes fewer than sixteen elements.
  @inline(never)
  private func runRest<T: KernelReal>(
    _ operands: UnsafePointer<UnsafePointer<T>>, masks: UnsafePointer<Int>?, _ range: Range<Int>,
    to result: UnsafeMutablePointer<T>
  ) {
    let x = VectorElements(operands: operands, masks: masks, start: range.lowerBound, count: range.count)
    store(elements(x), result + range.lowerBound, count: range.count)
  }
}
