/// The computations of a `VectorLoop`, each with its operands.
///
/// They are run where they lie in memory, as to copy a formula takes as long as to compute several vectors.
final class LoopComputations<T: KernelReal> {
  private struct Computation: ~Copyable {
    let formula: any ElementFormula
    let sources: UnsafeMutableBufferPointer<Int>
    // The layout of each operand; nil if all have a value for every element.
    let layouts: UnsafeMutablePointer<ElementRows.Layout>?
    let result: Int
    let isColumn: Bool

    @inline(__always)
    borrowing func run(
      _ block: LoopBlock, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
      _ operands: UnsafeMutablePointer<UnsafePointer<T>>
    ) {
      var next = operands
      for source in sources {
        next.initialize(to: UnsafePointer(registers[source]))
        next += 1
      }
      let count = isColumn ? block.rows : block.elements
      let rows = layouts.map { ElementRows(count: block.rows, columns: block.columns, layouts: $0) }
      T.run(formula, ElementBlock(count: count, result: registers[result], operands: operands, rows: rows))
    }
  }

  private let computations: UnsafeMutableBufferPointer<Computation>

  init(_ code: [LoopProgram.Computation]) {
    computations = .allocate(capacity: code.count)
    for (index, computation) in code.enumerated() {
      let sources = UnsafeMutableBufferPointer<Int>.allocate(capacity: computation.sources.count)
      _ = sources.initialize(from: computation.sources)
      var layouts: UnsafeMutablePointer<ElementRows.Layout>?
      if !computation.layouts.isEmpty {
        layouts = .allocate(capacity: sources.count)
        layouts?.initialize(from: computation.layouts, count: sources.count)
      }
      computations.initializeElement(
        at: index,
        to: Computation(
          formula: computation.formula, sources: sources, layouts: layouts, result: computation.result,
          isColumn: computation.isColumn))
    }
  }

  deinit {
    for index in computations.indices {
      computations[index].sources.deallocate()
      computations[index].layouts?.deallocate()
    }
    computations.deinitialize().deallocate()
  }

  /// Runs one computation.
  ///
  /// - Parameters:
  ///   - registers: The address of each step's values.
  ///   - operands: Room for the addresses of the operands.
  @inline(__always)
  func run(
    _ index: Int, _ block: LoopBlock, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>
  ) {
    computations[index].run(block, registers, operands)
  }

  /// Runs all computations.
  func run(
    _ block: LoopBlock, _ registers: UnsafeMutableBufferPointer<UnsafeMutablePointer<T>>,
    _ operands: UnsafeMutablePointer<UnsafePointer<T>>
  ) {
    for index in computations.indices { run(index, block, registers, operands) }
  }
}
