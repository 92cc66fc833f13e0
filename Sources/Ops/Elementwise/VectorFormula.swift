/// A formula with a hand-written version for sixteen elements, for functions whose `element` the compiler
/// does not vectorize.
protocol VectorFormula: ElementFormula {
  /// Returns sixteen elements, equal to those of `element`.
  func elements<T: KernelReal>(_ x: VectorElements<T>) -> Lanes<T>
}

/// The operands' elements at sixteen consecutive indices.
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
