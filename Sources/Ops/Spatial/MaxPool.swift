/// Max pooling: the largest pixel at each window position, per channel; padding never wins.
package struct MaxPool2D: TensorOperation {
  /// The window's extent, stride and padding.
  package let window: Window

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let result = try window.resultType(on: operands[0])
    try requireReals(operands, assuming: nil)
    let (height, width) = (window.height, window.width)
    let paddings = [height, width].map { max($0.padding, $0.paddingAfter) }
    guard 2 * paddings[0] <= height.kernel, 2 * paddings[1] <= width.kernel else {
      throw ShapeError(
        "A pooling window is padded by at most half its extent, so that it never lies outside the image.",
        expected: "at most \(height.kernel / 2) and \(width.kernel / 2)",
        found: "\(paddings[0]) and \(paddings[1])", assuming: result)
    }
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(MaxPool2DGradient(window: window), to: [operands[0], upstream])]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let x = operands[0]
    return window.winners(x, operands.shape(0)).map { x[$0] }
  }
}

/// The adjoint of `MaxPool2D` at given images: each element of the second operand added to the pixel that
/// won.
package struct MaxPool2DGradient: TensorOperation {
  /// The window's extent, stride and padding.
  package let window: Window

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let forward = try MaxPool2D(window: window).resultType(of: [operands[0]])
    try requireSame(operands[1], forward, assuming: operands[0])
    return operands[0]
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [nil, upstream.graph.apply(MaxPool2DGather(window: window), to: [operands[0], upstream])]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let upstream = operands[1]
    var result = [T](repeating: 0, count: type.shape.count)
    for (place, winner) in window.winners(operands[0], operands.shape(0)).enumerated() {
      result[winner] += upstream[place]
    }
    return result
  }
}

/// The second operand at each window's largest pixel of the first: the directional derivative of `MaxPool2D`.
package struct MaxPool2DGather: TensorOperation {
  /// The window's extent, stride and padding.
  package let window: Window

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let result = try MaxPool2D(window: window).resultType(of: [operands[0]])
    try requireSame(operands[1], operands[0], assuming: result)
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [nil, upstream.graph.apply(MaxPool2DGradient(window: window), to: [operands[0], upstream])]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let values = operands[1]
    return window.winners(operands[0], operands.shape(0)).map { values[$0] }
  }
}

extension Window {
  // Returns the index of the largest pixel for each window and channel; ties go to the first.
  fileprivate func winners<T: Real>(_ x: [T], _ images: Shape) -> [Int] {
    let (rows, columns) = (height.outputExtent(images[1]), width.outputExtent(images[2]))
    let channels = images[3]
    var winners = [Int](repeating: -1, count: images[0] * rows * columns * channels)
    forEachTap(on: images) { pixel, place, _ in
      for channel in 0..<channels {
        let (candidate, slot) = (pixel * channels + channel, place * channels + channel)
        let best = winners[slot] < 0 ? nil : x[winners[slot]]
        if best.map({ x[candidate] > $0 || (x[candidate].isNaN && !$0.isNaN) }) ?? true {
          winners[slot] = candidate
        }
      }
    }
    return winners
  }
}

/// Returns the largest pixel of each window of `[N, H, W, C]`; the default stride is the window's extent.
///
/// - Parameters:
///   - x: The images, `[N, H, W, C]`.
///   - window: The window's height and width in pixels.
///   - stride: The distance of windows in both directions; `window` if nil.
///   - padding: The number of pixels added on each side.
public func maxPool2d(_ x: Tensor, window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
  maxPool2d(x, .square(window, stride: stride, padding: padding))
}

/// Returns the largest pixel of each window of `[N, H, W, C]`.
///
/// - Parameters:
///   - x: The images, `[N, H, W, C]`.
///   - window: The extent, stride and padding.
public func maxPool2d(_ x: Tensor, _ window: Window) -> Tensor {
  x.graph.apply(MaxPool2D(window: window), to: [x])
}
