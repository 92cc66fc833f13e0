/// Average pooling, one task per image.
struct AveragePoolPlan: KernelPlan {
  let windows: PoolWindows
  let x: OperandPlan
  let result: BufferSlice

  var reads: [BufferSlice] { x.reads }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { x.reads }
  var summary: String { "average pool \(windows.images)" }
  // The pixels that are computed for a band.
  var workerElements: Int { x.scratchElements(rows: windows.pixelsPerBand) }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    let (x, result) = (OperandReader<T>(x, memory), ResultWriter(result, memory).elements)
    return TaskKernel(tasks: windows.images[0]) { image, worker in
      average(
        x, image, to: result + image * windows.windowElements, scratch: memory.scratch(of: worker))
    }
  }

  private func average<T: KernelReal>(
    _ x: OperandReader<T>, _ image: Int, to result: UnsafeMutablePointer<T>,
    scratch: UnsafeMutablePointer<T>
  ) {
    // A copy, which stays in registers.
    let windows = windows
    let (channels, area) = (windows.channels, T(windows.area))
    windows.forEachBand { lines in
      let pixels = windows.pixels(of: lines, in: image)
      let source = x.rows(pixels, scratch: scratch) + image * windows.imageElements
      for y in lines {
        for column in 0..<windows.columns {
          let target = result + (y * windows.columns + column) * channels
          target.update(repeating: 0, count: channels)
          windows.forEachTap(y, column) { pixel in
            map(target, target, source + pixel, channels) { $0 + $1 }
          }
          map(target, target, channels) { $0 / area }
        }
      }
    }
  }
}

/// The gradient of average pooling: the upstream gradient of each window, distributed evenly over its pixels;
/// one task per image.
struct AveragePoolGradientPlan: KernelPlan {
  let windows: PoolWindows
  let upstream: BufferSlice
  let result: BufferSlice

  var reads: [BufferSlice] { [upstream] }
  var writes: [BufferSlice] { [result] }
  var summary: String { "averageGradient pool \(windows.images)" }
  // The share of each pixel of a window.
  var workerElements: Int { windows.channels }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { bound(to: memory) }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { bound(to: memory) }

  private func bound<T: KernelReal>(to memory: CallMemory<T>) -> any Kernel {
    let upstream = OperandReader<T>(upstream, memory).elements
    let result = ResultWriter(result, memory).elements
    return TaskKernel(tasks: windows.images[0]) { image, worker in
      share(
        upstream + image * windows.windowElements, among: result + image * windows.imageElements,
        scratch: memory.scratch(of: worker))
    }
  }

  private func share<T: KernelReal>(
    _ upstream: UnsafePointer<T>, among result: UnsafeMutablePointer<T>, scratch: UnsafeMutablePointer<T>
  ) {
    // A copy, which stays in registers.
    let windows = windows
    let (channels, area) = (windows.channels, T(windows.area))
    result.update(repeating: 0, count: windows.imageElements)
    for y in 0..<windows.rows {
      for column in 0..<windows.columns {
        map(scratch, upstream + (y * windows.columns + column) * channels, channels) { $0 / area }
        windows.forEachTap(y, column) { pixel in
          map(result + pixel, result + pixel, scratch, channels) { $0 + $1 }
        }
      }
    }
  }
}

extension AveragePool2D: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { true }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    AveragePoolPlan(
      windows: PoolWindows(window, on: operands[0].type.shape), x: OperandPlan(operands[0]),
      result: result.place)
  }
}

extension AveragePool2DGradient: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    AveragePoolGradientPlan(
      windows: PoolWindows(window, on: inputShape), upstream: operands[0].place, result: result.place)
  }
}
