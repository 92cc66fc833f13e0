/// A formula with a hand-written version for sixteen elements, for functions whose `element` the compiler
/// does not vectorize.
protocol VectorFormula: ElementFormula {
  /// Returns sixteen elements, those of `element` to rounding.
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T>
}

/// The operands' elements at sixteen consecutive indices.
struct VectorElements<T: KernelReal> {
  fileprivate let block: ElementBlock<T>
  fileprivate let start: Int
  /// The number of elements in memory; the others are 1.
  fileprivate let count: Int

  @inline(__always)
  subscript(operand: Int) -> Lanes<T> {
    count == 16 ? load(block[operand] + start) : load(block[operand] + start, count: count)
  }
}

extension VectorFormula {
  package func run(_ block: ElementBlock<Float>) { runVectors(block) }
  package func run(_ block: ElementBlock<Double>) { runVectors(block) }

  @inline(__always)
  private func runVectors<T: KernelReal>(_ block: ElementBlock<T>) {
    var start = 0
    while start + 16 <= block.count {
      store(elements(VectorElements(block: block, start: start, count: 16)), block.result + start)
      start += 16
    }
    let rest = block.count - start
    if rest > 0 {
      let last = elements(VectorElements(block: block, start: start, count: rest))
      store(last, block.result + start, count: rest)
    }
  }
}
