/// Pooling and its adjoints, an image a task.
struct PoolPlan: KernelPlan {
  enum Kind: String {
    case max, maxGradient, maxGather, average, averageGradient
  }
  let kind: Kind
  let window: Window
  let images: Shape
  let operands: [Place]
  let result: Place

  var reads: [Place] { operands }
  var writes: [Place] { [result] }
  var summary: String { "\(kind.rawValue) pool \(images)" }
  func workerBytes(_ element: ElementType) -> Int { images[3] * (element.byteCount + 8) + 128 }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      PoolKernel<Float>(self, memory)
    } _: {
      PoolKernel<Double>(self, memory)
    }
  }
}

final class PoolKernel<T: BLASReal>: Kernel {
  let phases: [Int]
  private let plan: PoolPlan
  private let memory: Memory
  private let height: Int, width: Int, channels: Int, rows: Int, columns: Int

  init(_ plan: PoolPlan, _ memory: Memory) {
    self.plan = plan
    self.memory = memory
    (height, width, channels) = (plan.images[1], plan.images[2], plan.images[3])
    rows = plan.window.height.outputExtent(height)
    columns = plan.window.width.outputExtent(width)
    phases = [plan.images[0]]
  }

  @_specialize(where T == Float)
  @_specialize(where T == Double)
  func run(phase: Int, task image: Int, worker: Int) {
    let pixels = image * height * width * channels
    let places = image * rows * columns * channels
    let first = memory.pointer(plan.operands[0], as: T.self)
    let result = memory.pointer(plan.result, as: T.self)
    switch plan.kind {
    case .average:
      averageForward(first + pixels, result + places)
    case .averageGradient:
      averageBackward(first + places, result + pixels)
    case .max:
      maxForward(first + pixels, result + places)
    case .maxGradient, .maxGather:
      let second = memory.pointer(plan.operands[1], as: T.self)
      let best: UnsafeMutablePointer<T> = memory.scratch(of: worker)
      let winner = UnsafeMutableRawPointer(best + (channels + 15) & ~15).assumingMemoryBound(to: Int.self)
      if plan.kind == .maxGradient {
        (result + pixels).update(repeating: 0, count: height * width * channels)
        forEachWinner(first + pixels, best, winner) { pixel, place in
          result[pixels + pixel] += second[places + place]
        }
      } else {
        forEachWinner(first + pixels, best, winner) { pixel, place in
          result[places + place] = second[pixels + pixel]
        }
      }
    }
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

  @inline(__always)
  private func maxForward(_ x: UnsafeMutablePointer<T>, _ result: UnsafeMutablePointer<T>) {
    for y in 0..<rows {
      for column in 0..<columns {
        let target = result + (y * columns + column) * channels
        target.update(repeating: -.infinity, count: channels)
        forEachTap(y, column) { pixel in
          map(target, target, x + pixel, channels) { $0.replacing(with: $1, where: $1 .> $0) }
        }
      }
    }
  }

  @inline(__always)
  private func averageForward(_ x: UnsafeMutablePointer<T>, _ result: UnsafeMutablePointer<T>) {
    let area = T(plan.window.area)
    for y in 0..<rows {
      for column in 0..<columns {
        let target = result + (y * columns + column) * channels
        target.update(repeating: 0, count: channels)
        forEachTap(y, column) { pixel in map(target, target, x + pixel, channels) { $0 + $1 } }
        map(target, target, channels) { $0 / area }
      }
    }
  }

  @inline(__always)
  private func averageBackward(_ upstream: UnsafeMutablePointer<T>, _ result: UnsafeMutablePointer<T>) {
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

  // The first of the largest pixels of each window, channel by channel.
  @inline(__always)
  private func forEachWinner(
    _ x: UnsafeMutablePointer<T>, _ best: UnsafeMutablePointer<T>, _ winner: UnsafeMutablePointer<Int>,
    _ body: (_ pixel: Int, _ place: Int) -> Void
  ) {
    for y in 0..<rows {
      for column in 0..<columns {
        var isFirst = true
        forEachTap(y, column) { pixel in
          for channel in 0..<channels where isFirst || x[pixel + channel] > best[channel] {
            best[channel] = x[pixel + channel]
            winner[channel] = pixel + channel
          }
          isFirst = false
        }
        let place = (y * columns + column) * channels
        for channel in 0..<channels { body(winner[channel], place + channel) }
      }
    }
  }
}

extension MaxPool2D: LoweredOperation {
  public func plan(_ operands: [PlacedTensor], result: PlacedTensor) -> any KernelPlan {
    PoolPlan(
      kind: .max, window: window, images: operands[0].type.shape, operands: operands.map(\.place),
      result: result.place)
  }
}

extension MaxPool2DGradient: LoweredOperation {
  public func plan(_ operands: [PlacedTensor], result: PlacedTensor) -> any KernelPlan {
    PoolPlan(
      kind: .maxGradient, window: window, images: result.type.shape, operands: operands.map(\.place),
      result: result.place)
  }
}

extension MaxPool2DGather: LoweredOperation {
  public func plan(_ operands: [PlacedTensor], result: PlacedTensor) -> any KernelPlan {
    PoolPlan(
      kind: .maxGather, window: window, images: operands[0].type.shape, operands: operands.map(\.place),
      result: result.place)
  }
}

extension AveragePool2D: LoweredOperation {
  public func plan(_ operands: [PlacedTensor], result: PlacedTensor) -> any KernelPlan {
    PoolPlan(
      kind: .average, window: window, images: operands[0].type.shape, operands: operands.map(\.place),
      result: result.place)
  }
}

extension AveragePool2DGradient: LoweredOperation {
  public func plan(_ operands: [PlacedTensor], result: PlacedTensor) -> any KernelPlan {
    PoolPlan(
      kind: .averageGradient, window: window, images: result.type.shape, operands: operands.map(\.place),
      result: result.place)
  }
}
