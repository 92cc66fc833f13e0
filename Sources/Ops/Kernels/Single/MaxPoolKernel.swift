/// Max pooling and its gradients, one task per image.
struct MaxPoolPlan: KernelPlan {
  /// The use of the largest pixel of a window.
  enum Use: Sendable {
    /// It is the result.
    case result
    /// Adds the upstream gradient of the window to the result at this pixel: the gradient.
    case adding(upstream: BufferSlice)
    /// Reads another tensor at this pixel: the gradient of the gradient.
    case reading(values: BufferSlice)
  }

  let windows: PoolWindows
  /// The images that are pooled.
  let x: OperandPlan
  let use: Use
  let result: BufferSlice

  init(_ window: Window, on images: BufferView, _ use: Use, to result: BufferView) {
    windows = PoolWindows(window, on: images.type.shape)
    x = OperandPlan(images)
    self.use = use
    self.result = result.place
  }

  var reads: [BufferSlice] {
    switch use {
    case .result: x.reads
    case .adding(let other), .reading(let other): x.reads + [other]
    }
  }
  var writes: [BufferSlice] { [result] }
  var converted: [BufferSlice] { reads + writes }
  var summary: String {
    switch use {
    case .result: "max pool \(windows.images)"
    case .adding: "maxGradient pool \(windows.images)"
    case .reading: "maxGather pool \(windows.images)"
    }
  }
  /// The elements of the other tensor and of the result for an image.
  var imageElements: (other: Int, result: Int) {
    switch use {
    case .result: (0, windows.windowElements)
    case .adding: (windows.windowElements, windows.imageElements)
    case .reading: (windows.imageElements, windows.windowElements)
    }
  }
  // Room for a band's elements of tensors that are stored rounded, and for the prologue.
  var workerElements: Int {
    let room = imageElements
    return aligned(other?.storage == .bfloat16 ? room.other : 0)
      + aligned(result.storage == .bfloat16 ? room.result : 0)
      + x.scratchElements(rows: windows.pixelsPerBand)
  }
  var other: BufferSlice? {
    switch use {
    case .result: nil
    case .adding(let other), .reading(let other): other
    }
  }

  func kernel(in memory: CallMemory<Float>) -> any Kernel { MaxPoolKernel(self, memory).kernel }
  func kernel(in memory: CallMemory<Double>) -> any Kernel { MaxPoolKernel(self, memory).kernel }
}

final class MaxPoolKernel<T: KernelReal> {
  private let phases: [Int]
  private let windows: PoolWindows
  private let x: OperandReader<T>
  private let use: MaxPoolPlan.Use
  private let other: TensorReader<T>?
  private let result: TensorWriter<T>
  private let imageElements: (other: Int, result: Int)
  private let memory: CallMemory<T>

  init(_ plan: MaxPoolPlan, _ memory: CallMemory<T>) {
    self.memory = memory
    windows = plan.windows
    x = OperandReader(plan.x, memory)
    use = plan.use
    other = plan.other.map { TensorReader($0, memory) }
    result = TensorWriter(plan.result, memory)
    imageElements = plan.imageElements
    phases = [plan.windows.images[0]]
  }

  /// The kernel for workers.
  var kernel: TaskKernel { TaskKernel(phases: phases, run) }

  private func run(phase: Int, task image: Int, worker: Int) {
    let channels = windows.channels
    // The channels in full vectors.
    let whole = channels / 16 * 16
    var room = ScratchRoom(memory.scratch(of: worker))
    func elements(_ count: Int) -> Range<Int> { image * count..<(image + 1) * count }
    let other = other?.elements(elements(imageElements.other), in: &room)
    let target = result.place(of: elements(imageElements.result), in: &room)
    var cleared = 0
    windows.forEachBand { lines in
      let pixels = windows.pixels(of: lines, in: image)
      let band = x.rows(pixels, scratch: room.rest) + image * windows.imageElements
      if case .adding = use {
        // Lines are zeroed just before they are added to, while they are in cache.
        let end =
          lines.upperBound == windows.rows
          ? windows.pixelsPerImage : pixels.upperBound - image * windows.pixelsPerImage
        (target + cleared * channels).update(repeating: 0, count: (end - cleared) * channels)
        cleared = end
      }
      pool(lines, band, other, to: target, channels: 0..<whole, WholeVector())
      pool(
        lines, band, other, to: target, channels: whole..<channels, PartOfVector(count: channels - whole))
    }
    result.finish(elements(imageElements.result), at: target)
  }

  // Computes the windows of some lines of an image, for some channels.
  @inline(__always)
  private func pool<Access: VectorAccess>(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, _ other: UnsafePointer<T>?,
    to result: UnsafeMutablePointer<T>, channels: Range<Int>, _ access: Access
  ) {
    switch use {
    case .result:
      forEachVector(lines, channels) { y, column, place, channel in
        access.store(largest(x, y, column, channel, access), result + place)
      }
    case .adding:
      guard let upstream = other else { return }
      forEachWinner(lines, x, channels, access) { pixel, place, isWinner in
        let gradient = T.passPositive(isWinner, access.load(upstream + place))
        access.store(access.load(result + pixel) + gradient, result + pixel)
      }
    case .reading:
      guard let values = other else { return }
      forEachWinner(lines, x, channels, access) { pixel, place, isWinner in
        let winning = T.choose(isWinner, access.load(values + pixel), access.load(result + place))
        access.store(winning, result + place)
      }
    }
  }

  // Calls `body` for every tap of every window with a 1 in the channels where this pixel is the largest, the
  // first of equal ones, and a 0 in the others, a vector of channels at a time.
  @inline(__always)
  private func forEachWinner<Access: VectorAccess>(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, _ channels: Range<Int>, _ access: Access,
    _ body: (_ pixel: Int, _ place: Int, _ isWinner: Lanes<T>) -> Void
  ) {
    forEachVector(lines, channels) { y, column, place, channel in
      let best = largest(x, y, column, channel, access)
      var isFree = Lanes<T>(repeating: 1)
      windows.forEachTap(y, column) { pixel in
        let isWinner = T.isEqual(access.load(x + pixel + channel), best) * isFree
        isFree -= isWinner
        body(pixel + channel, place, isWinner)
      }
    }
  }

  @inline(__always)
  private func largest<Access: VectorAccess>(
    _ x: UnsafePointer<T>, _ y: Int, _ column: Int, _ channel: Int, _ access: Access
  ) -> Lanes<T> {
    var best = Lanes<T>(repeating: -.infinity)
    windows.forEachTap(y, column) { best = T.largest(best, access.load(x + $0 + channel)) }
    return best
  }

  // Calls `body` for every vector of channels of every window, with the offset of its result.
  @inline(__always)
  private func forEachVector(
    _ lines: Range<Int>, _ channels: Range<Int>,
    _ body: (_ y: Int, _ column: Int, _ place: Int, _ channel: Int) -> Void
  ) {
    for y in lines {
      for column in 0..<windows.columns {
        let place = (y * windows.columns + column) * windows.channels
        for channel in stride(from: channels.lowerBound, to: channels.upperBound, by: 16) {
          body(y, column, place + channel, channel)
        }
      }
    }
  }
}

extension MaxPool2D: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { true }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    MaxPoolPlan(window, on: operands[0], .result, to: result)
  }
}

extension MaxPool2DGradient: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { operand == 0 }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    MaxPoolPlan(window, on: operands[0], .adding(upstream: operands[1].place), to: result)
  }
}

extension MaxPool2DGather: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { operand == 0 }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    MaxPoolPlan(window, on: operands[0], .reading(values: operands[1].place), to: result)
  }
}
