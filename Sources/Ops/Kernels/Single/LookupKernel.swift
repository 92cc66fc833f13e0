/// Gather, scatter-add and one-hot by integer labels; a label out of range gathers zeros and scatters
/// nothing.
struct LookupPlan: KernelPlan {
  enum Kind: String {
    case gather, scatterAdd, oneHot
  }
  let kind: Kind
  let values: BufferSlice?
  let indices: BufferSlice
  let count: Int
  let tableRows: Int
  let columns: Int
  let result: BufferSlice

  var reads: [BufferSlice] { [values, indices].compactMap { $0 } }
  var writes: [BufferSlice] { [result] }
  var summary: String { "\(kind.rawValue) \(count) of \(tableRows)x\(columns)" }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    let values = values.map { OperandReader<T>($0, memory).elements }
    let (indices, result) = (memory.indices(indices), ResultWriter(result, memory).elements)
    return TaskKernel { _, _ in lookUp(values, indices, to: result) }
  }

  private func lookUp<T: KernelReal>(
    _ values: UnsafePointer<T>?, _ indices: UnsafePointer<Int32>, to result: UnsafeMutablePointer<T>
  ) {
    if kind == .oneHot { result.update(repeating: 0, count: count * columns) }
    if kind == .scatterAdd { result.update(repeating: 0, count: tableRows * columns) }
    for row in 0..<count {
      let index = Int(indices[row])
      let isInside = index >= 0 && index < tableRows
      switch kind {
      case .oneHot: if isInside { result[row * columns + index] = 1 }
      case .gather:
        let target = result + row * columns
        if isInside, let values {
          target.update(from: values + index * columns, count: columns)
        } else {
          target.update(repeating: 0, count: columns)
        }
      case .scatterAdd:
        let target = result + index * columns
        if isInside, let values { map(target, target, values + row * columns, columns) { $0 + $1 } }
      }
    }
  }
}

extension Gather: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let table = operands[0].type.shape
    return LookupPlan(
      kind: .gather, values: operands[0].place, indices: operands[1].place,
      count: operands[1].type.shape.count, tableRows: table[0], columns: table.count / max(1, table[0]),
      result: result.place)
  }
}

extension ScatterAdd: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    LookupPlan(
      kind: .scatterAdd, values: operands[0].place, indices: operands[1].place,
      count: operands[1].type.shape.count, tableRows: rows,
      columns: result.type.shape.count / max(1, rows), result: result.place)
  }
}

extension OneHot: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    LookupPlan(
      kind: .oneHot, values: nil, indices: operands[0].place, count: operands[0].type.shape.count,
      tableRows: classes, columns: classes, result: result.place)
  }
}
