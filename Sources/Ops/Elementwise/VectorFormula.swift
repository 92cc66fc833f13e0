/// A formula for sixteen elements at a time beside that for one, where the compiler would take `element` one
/// by one.
protocol VectorFormula: ElementFormula {
  /// Sixteen elements, from the operands' in order: what `element` gives for each.
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T>
}

/// The operands' elements at sixteen places one after the other.
struct VectorElements<T: KernelReal> {
  fileprivate let block: ElementBlock<T>
  fileprivate let start: Int

  @inline(__always)
  subscript(operand: Int) -> Lanes<T> { load(block[operand] + start) }
}

extension VectorFormula {
  package func run(_ block: ElementBlock<Float>) { runVectors(block) }
  package func run(_ block: ElementBlock<Double>) { runVectors(block) }

  @inline(__always)
  private func runVectors<T: KernelReal>(_ block: ElementBlock<T>) {
    var start = 0
    while start + 16 <= block.count {
      store(elements(VectorElements(block: block, start: start)), block.result + start)
      start += 16
    }
    while start < block.count {
      block.result[start] = element(Elements(block.operands, at: start))
      start += 1
    }
  }
}
