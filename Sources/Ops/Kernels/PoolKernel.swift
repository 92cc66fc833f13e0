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

  init(
    _ kind: Kind, _ window: Window, images: PlacedTensor, _ operands: [PlacedTensor], _ result: PlacedTensor
  ) {
    (self.kind, self.window, self.images) = (kind, window, images.type.shape)
    (self.operands, self.result) = (operands.map(\.place), result.place)
  }

  var reads: [Place] { operands }
  var writes: [Place] { [result] }
  var summary: String { "\(kind.rawValue) pool \(images)" }
  func workerBytes(_ element: ElementType) -> Int { 3 * (images[3] + 16) * element.byteCount }

  func kernel(in memory: Memory, partials: Place, element: ElementType) -> any Kernel {
    makeKernel(element) {
      PoolKernel<Float>(self, memory)
    } _: {
      PoolKernel<Double>(self, memory)
    }
  }
}

final class PoolKernel<T: KernelReal>: Kernel {
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
    case .maxGradient:
      let second = memory.pointer(plan.operands[1], as: T.self)
      (result + pixels).update(repeating: 0, count: height * width * channels)
      forEachWinner(first + pixels, worker) { pixel, place, isWinner in
        let target = result + pixels + pixel
        map(target, target, second + places + place, isWinner, channels) {
          $0 + T.choose($2, $1, Lanes<T>(repeating: 0))
        }
      }
    case .maxGather:
      let second = memory.pointer(plan.operands[1], as: T.self)
      forEachWinner(first + pixels, worker) { pixel, place, isWinner in
        let target = result + places + place
        map(target, second + pixels + pixel, target, isWinner, channels) { T.choose($2, $0, $1) }
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
          map(target, target, x + pixel, channels) { T.largest($0, $1) }
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

  // Calls `body` for every tap of every window with a 1 in the channels whose largest pixel it is, the first of
  // equal ones, and a 0 in the others.
  @inline(__always)
  private func forEachWinner(
    _ x: UnsafeMutablePointer<T>, _ worker: Int,
    _ body: (_ pixel: Int, _ place: Int, _ isWinner: UnsafeMutablePointer<T>) -> Void
  ) {
    let best: UnsafeMutablePointer<T> = memory.scratch(of: worker)
    let isFree = best + aligned(channels)
    let isWinner = isFree + aligned(channels)
    for y in 0..<rows {
      for column in 0..<columns {
        best.update(repeating: -.infinity, count: channels)
        forEachTap(y, column) { pixel in map(best, best, x + pixel, channels) { T.largest($0, $1) } }
        isFree.update(repeating: 1, count: channels)
        forEachTap(y, column) { pixel in
          map(isWinner, x + pixel, best, isFree, channels) { T.isEqual($0, $1) * $2 }
          map(isFree, isFree, isWinner, channels) { $0 - $1 }
          body(pixel, (y * columns + column) * channels, isWinner)
        }
      }
    }
  }
}

extension MaxPool2D: LoweredOperation {
  public func plan(
    _ operands: [PlacedTensor], result: PlacedTensor, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.max, window, images: operands[0], operands, result)
  }
}

extension MaxPool2DGradient: LoweredOperation {
  public func plan(
    _ operands: [PlacedTensor], result: PlacedTensor, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.maxGradient, window, images: result, operands, result)
  }
}

extension MaxPool2DGather: LoweredOperation {
  public func plan(
    _ operands: [PlacedTensor], result: PlacedTensor, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.maxGather, window, images: operands[0], operands, result)
  }
}

extension AveragePool2D: LoweredOperation {
  public func plan(
    _ operands: [PlacedTensor], result: PlacedTensor, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.average, window, images: operands[0], operands, result)
  }
}

extension AveragePool2DGradient: LoweredOperation {
  public func plan(
    _ operands: [PlacedTensor], result: PlacedTensor, choices: KernelChoices
  ) -> any KernelPlan {
    PoolPlan(.averageGradient, window, images: result, operands, result)
  }
}
