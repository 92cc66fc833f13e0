/// Strided copies into one result: the kernel of transpose, slice, pad and concatenate.
package struct CopyPlan: KernelPlan {
  /// A region, bound to memory.
  private struct BoundRegion<T: KernelReal> {
    let region: Region
    let source: TensorReader<T>, target: TensorWriter<T>
  }

  struct Region: Sendable {
    let source: BufferSlice
    let extents: [Int]
    let sourceStrides: [Int]
    let target: BufferSlice
    let targetStrides: [Int]
  }
  let regions: [Region]
  /// The elements zeroed first, if the regions do not cover the result.
  let cleared: (place: BufferSlice, count: Int)?
  package let summary: String

  /// Creates a contiguous copy of `count` elements.
  package init(from source: BufferSlice, to target: BufferSlice, count: Int) {
    let region = Region(
      source: source, extents: [count], sourceStrides: [1], target: target, targetStrides: [1])
    self.init(regions: [region], cleared: nil, summary: "copy")
  }

  init(regions: [Region], cleared: (place: BufferSlice, count: Int)?, summary: String) {
    self.regions = regions
    self.cleared = cleared
    self.summary = summary
  }

  // Whether memory is copied to itself.
  package func isNothing(_ root: (Int) -> Int) -> Bool {
    regions.allSatisfy { region in
      root(region.source.buffer) == root(region.target.buffer) && region.source.offset == region.target.offset
        && region.sourceStrides == region.targetStrides
    } && cleared == nil
  }

  package var reads: [BufferSlice] { regions.map(\.source) }
  package var writes: [BufferSlice] { regions.map(\.target) }
  package var converted: [BufferSlice] { reads + writes }

  package func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  package func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    let cleared = cleared.map {
      (target: TensorWriter<T>($0.place, memory), count: $0.count)
    }
    let regions = regions.map {
      BoundRegion<T>(
        region: $0, source: TensorReader($0.source, memory), target: TensorWriter($0.target, memory))
    }
    return TaskKernel { _, _ in CopyPlan.copy(regions, clearing: cleared) }
  }

  private static func copy<T: KernelReal>(
    _ regions: [BoundRegion<T>], clearing cleared: (target: TensorWriter<T>, count: Int)?
  ) {
    if let cleared { cleared.target.clear(cleared.count) }
    for bound in regions {
      forEachRow(of: bound.region) { from, to, length, step, stride in
        if step == 1 && stride == 1 {
          bound.target.copy(to..<to + length, from: bound.source, from)
        } else {
          bound.target.copy(length, to: to, step: stride, from: bound.source, from, pitch: step)
        }
      }
    }
  }

  // Calls `body` with the first elements of each row along the last axis, its length, and the elements from
  // one to the next.
  @inline(__always)
  private static func forEachRow(
    of region: Region,
    _ body: (_ source: Int, _ target: Int, _ length: Int, _ step: Int, _ stride: Int) -> Void
  ) {
    let inner = region.extents.count - 1
    let (length, step, stride) = (
      region.extents[inner], region.sourceStrides[inner], region.targetStrides[inner]
    )
    var rows = 1
    for axis in 0..<inner { rows *= region.extents[axis] }
    for row in 0..<rows {
      var (rest, from, to) = (row, 0, 0)
      var axis = inner - 1
      while axis >= 0 {
        let index = rest % region.extents[axis]
        rest /= region.extents[axis]
        from += index * region.sourceStrides[axis]
        to += index * region.targetStrides[axis]
        axis -= 1
      }
      body(from, to, length, step, stride)
    }
  }
}

extension CopyPlan {
  // A rank-0 tensor is copied as one of rank 1.
  fileprivate static func region(
    _ source: BufferSlice, _ extents: [Int], _ sourceStrides: [Int], _ target: BufferSlice,
    _ targetStrides: [Int]
  ) -> Region {
    extents.isEmpty
      ? Region(source: source, extents: [1], sourceStrides: [1], target: target, targetStrides: [1])
      : Region(
        source: source, extents: extents, sourceStrides: sourceStrides, target: target,
        targetStrides: targetStrides)
  }
}

extension Transpose: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let strides = operands[0].type.shape.strides
    let region = CopyPlan.region(
      operands[0].place, result.type.shape.dimensions, permutation.map { strides[$0] }, result.place,
      result.type.shape.strides)
    return CopyPlan(regions: [region], cleared: nil, summary: "transpose \(result.type.shape)")
  }
}

extension Slice: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let strides = operands[0].type.shape.strides
    let region = CopyPlan.region(
      operands[0].place.advanced(by: lower * strides[axis]), result.type.shape.dimensions, strides,
      result.place, result.type.shape.strides)
    return CopyPlan(regions: [region], cleared: nil, summary: "slice \(result.type.shape)")
  }
}

extension Pad: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let strides = result.type.shape.strides
    let offset = zip(low, strides).reduce(0) { $0 + $1.0 * $1.1 }
    let shape = operands[0].type.shape
    let region = CopyPlan.region(
      operands[0].place, shape.dimensions, shape.strides, result.place.advanced(by: offset), strides)
    return CopyPlan(
      regions: [region], cleared: (result.place, result.type.shape.count), summary: "pad \(result.type.shape)"
    )
  }
}

extension Concatenate: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    let strides = result.type.shape.strides
    var start = 0
    let regions = operands.map { operand in
      let shape = operand.type.shape
      let region = CopyPlan.region(
        operand.place, shape.dimensions, shape.strides, result.place.advanced(by: start), strides)
      start += shape[axis] * strides[axis]
      return region
    }
    return CopyPlan(regions: regions, cleared: nil, summary: "concatenate \(result.type.shape)")
  }
}
