/// Pooling and its adjoints, an image a task.
struct PoolPlan: KernelPlan {
  enum Kind: String {
    case max, maxGradient, maxGather, average, averageGradient
  }
  let kind: Kind
  let window: Window
  let images: Shape
  let x: OperandPlan
  let upstream: BufferSlice?
  let result: BufferSlice

  /// - Parameters:
  ///   - x: what is pooled, or the gradient that is spread out.
  ///   - upstream: what goes to the pixels that won, or is read there.
  init(
    _ kind: Kind, _ window: Window, images: BufferView, x: BufferView, upstream: BufferView? = nil,
    _ result: BufferView
  ) {
    (self.kind, self.window, self.images) = (kind, window, images.type.shape)
    (self.x, self.upstream, self.result) = (OperandPlan(x), upstream?.place, result.place)
  }

  var reads: [BufferSlice] { x.reads + [upstream].compactMap { $0 } }
  var writes: [BufferSlice] { [result] }
  var summary: String { "\(kind.rawValue) pool \(images)" }

  // The lines of the image that are computed for a band of outputs.
  var workerElements: Int { x.scratchElements(rows: linesRead * images[2]) }
  // Lines of outputs whose inputs stay in the second-level cache, and the lines of inputs that they see.
  var linesPerBand: Int { max(1, 65_536 / max(1, window.height.stride * images[2] * images[3])) }
  private var linesRead: Int {
    min(images[1], (linesPerBand - 1) * window.height.stride + window.height.kernel)
  }

  func kernel<T: KernelReal>(in memory: CallMemory<T>) -> any Kernel { PoolKernel(self, memory) }
}

final class PoolKernel<T: KernelReal>: Kernel {
  let phases: [Int]
  private let plan: PoolPlan
  private let memory: CallMemory<T>
  private let height: Int, width: Int, channels: Int, rows: Int, columns: Int
  private let x: OperandReader<T>

  init(_ plan: PoolPlan, _ memory: CallMemory<T>) {
    self.plan = plan
    self.memory = memory
    (height, width, channels) = (plan.images[1], plan.images[2], plan.images[3])
    rows = plan.window.height.outputExtent(height)
    columns = plan.window.width.outputExtent(width)
    x = OperandReader(plan.x, memory)
    phases = [plan.images[0]]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task image: Int, worker: Int) {
    let pixels = image * height * width * channels
    let places = image * rows * columns * channels
    let result = ResultWriter(plan.result, memory).elements
    let scratch = memory.scratch(of: worker)
    if plan.kind == .averageGradient {
      return averageBackward(x.rows(0..<0, scratch: scratch) + places, result + pixels)
    }
    // The channels that fill vectors.
    let whole = channels / 16 * 16
    let second = plan.upstream.map { OperandReader($0, memory).elements } ?? UnsafePointer(result)
    var cleared = 0
    for first in stride(from: 0, to: rows, by: plan.linesPerBand) {
      let lines = first..<min(first + plan.linesPerBand, rows)
      let band = x.rows(inputRows(of: lines, image), scratch: scratch) + pixels
      switch plan.kind {
      case .average: averageForward(lines, band, result + places)
      case .max:
        maxForward(lines, band, result + places, channels: 0..<whole, WholeVector())
        maxForward(
          lines, band, result + places, channels: whole..<channels, PartOfVector(count: channels - whole))
      case .maxGradient:
        // Lines are cleared when they are about to be added to, not all at once: they stay in cache
        // meanwhile.
        let seen = inputRows(of: lines, image).upperBound - image * height * width
        let end = lines.upperBound == rows ? height * width : seen
        (result + pixels + cleared * channels).update(repeating: 0, count: (end - cleared) * channels)
        cleared = end
        let upstream = second + places
        spread(lines, band, upstream: upstream, to: result + pixels, channels: 0..<whole, WholeVector())
        spread(
          lines, band, upstream: upstream, to: result + pixels, channels: whole..<channels,
          PartOfVector(count: channels - whole))
      case .maxGather:
        gather(lines, band, from: second + pixels, to: result + places, channels: 0..<whole, WholeVector())
        gather(
          lines, band, from: second + pixels, to: result + places, channels: whole..<channels,
          PartOfVector(count: channels - whole))
      case .averageGradient: break
      }
    }
  }

  // The rows of pixels that some lines of an image's outputs see.
  private func inputRows(of lines: Range<Int>, _ image: Int) -> Range<Int> {
    let vertical = plan.window.height
    let first = max(0, lines.lowerBound * vertical.stride - vertical.padding)
    let last = (lines.upperBound - 1) * vertical.stride - vertical.padding + vertical.kernel
    return (image * height + first) * width..<(image * height + max(first, min(last, height))) * width
  }

  @inline(__always)
  private func forEachTap(_ y: Int, _ x: Int, _ body: (Int) -> Void) {
    let (vertical, horizontal) = (plan.window.height, plan.window.width)
    for dy in vertical.taps(at: y, extent: height) {
      let row = y * vertical.stride - vertical.padding + dy
      for dx in horizontal.taps(at: x, extent: width) {
        body((row * width + x * horizontal.stride - horizontal.padding + dx) * channels)
      }
    }
  }

  // The largest pixel of each window, kept in registers until all of the window is seen.
  @inline(__always)
  private func maxForward<Access: VectorAccess>(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, _ result: UnsafeMutablePointer<T>,
    channels: Range<Int>, _ access: Access
  ) {
    forEachVector(lines, channels) { y, column, place, channel in
      access.store(largest(x, y, column, channel, access), result + place)
    }
  }

  @inline(__always)
  private func averageForward(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, _ result: UnsafeMutablePointer<T>
  ) {
    let area = T(plan.window.area)
    for y in lines {
      for column in 0..<columns {
        let target = result + (y * columns + column) * channels
        target.update(repeating: 0, count: channels)
        forEachTap(y, column) { pixel in map(target, target, x + pixel, channels) { $0 + $1 } }
        map(target, target, channels) { $0 / area }
      }
    }
  }

  @inline(__always)
  private func averageBackward(_ upstream: UnsafePointer<T>, _ result: UnsafeMutablePointer<T>) {
    let area = T(plan.window.area)
    result.update(repeating: 0, count: height * width * channels)
    for y in 0..<rows {
      for column in 0..<columns {
        let source = upstream + (y * columns + column) * channels
        forEachTap(y, column) { pixel in
          map(result + pixel, result + pixel, source, channels) { $0 + $1 / area }
        }
      }
    }
  }

  // Adds what is upstream of each window to its largest pixel.
  @inline(__always)
  private func spread<Access: VectorAccess>(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, upstream: UnsafePointer<T>,
    to result: UnsafeMutablePointer<T>, channels: Range<Int>, _ access: Access
  ) {
    forEachWinner(lines, x, channels, access) { pixel, place, isWinner in
      let gradient = T.passPositive(isWinner, access.load(upstream + place))
      access.store(access.load(result + pixel) + gradient, result + pixel)
    }
  }

  // Reads what belongs to the largest pixel of each window.
  @inline(__always)
  private func gather<Access: VectorAccess>(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, from second: UnsafePointer<T>,
    to result: UnsafeMutablePointer<T>, channels: Range<Int>, _ access: Access
  ) {
    forEachWinner(lines, x, channels, access) { pixel, place, isWinner in
      let winning = T.choose(isWinner, access.load(second + pixel), access.load(result + place))
      access.store(winning, result + place)
    }
  }

  // Calls `body` for every tap of every window with a 1 in the channels whose largest pixel it is, the first
  // of equal ones, and a 0 in the others, a vector of channels at a time.
  @inline(__always)
  private func forEachWinner<Access: VectorAccess>(
    _ lines: Range<Int>, _ x: UnsafePointer<T>, _ channels: Range<Int>, _ access: Access,
    _ body: (_ pixel: Int, _ place: Int, _ isWinner: Lanes<T>) -> Void
  ) {
    forEachVector(lines, channels) { y, column, place, channel in
      let best = largest(x, y, column, channel, access)
      var isFree = Lanes<T>(repeating: 1)
      forEachTap(y, column) { pixel in
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
    forEachTap(y, column) { best = T.largest(best, access.load(x + $0 + channel)) }
    return best
  }

  // Calls `body` for every vector of channels of every window, with where its result lies.
  @inline(__always)
  private func forEachVector(
    _ lines: Range<Int>, _ channels: Range<Int>,
    _ body: (_ y: Int, _ column: Int, _ place: Int, _ channel: Int) -> Void
  ) {
    for y in lines {
      for column in 0..<columns {
        let place = (y * columns + column) * self.channels
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
    PoolPlan(.max, window, images: operands[0], x: operands[0], result)
  }
}

extension MaxPool2DGradient: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { operand == 0 }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.maxGradient, window, images: result, x: operands[0], upstream: operands[1], result)
  }
}

extension MaxPool2DGather: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { operand == 0 }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.maxGather, window, images: operands[0], x: operands[0], upstream: operands[1], result)
  }
}

extension AveragePool2D: LoweredOperation {
  package func acceptsPrologue(operand: Int) -> Bool { true }

  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.average, window, images: operands[0], x: operands[0], result)
  }
}

extension AveragePool2DGradient: LoweredOperation {
  package func plan(
    _ operands: [BufferView], result: BufferView, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.averageGradient, window, images: result, x: operands[0], result)
  }
}
