/// Average pooling: the mean over each window position, per channel; padding counts as zeros.
package struct AveragePool2D: TensorOperation {
  /// The window's extent, stride and padding.
  package let window: Window

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    try requireReals(operands, assuming: nil)
    return try window.resultType(on: operands[0])
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let operation = AveragePool2DGradient(inputShape: operands[0].shape, window: window)
    return [upstream.graph.apply(operation, to: [upstream])]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, channels) = (operands[0], type.shape[3])
    var result = [T](repeating: 0, count: type.shape.count)
    window.forEachTap(on: operands.shape(0)) { pixel, place, _ in
      for channel in 0..<channels { result[place * channels + channel] += x[pixel * channels + channel] }
    }
    return result.map { $0 / T(window.area) }
  }
}

/// The adjoint of `AveragePool2D`: each element spread evenly over the pixels of its window.
package struct AveragePool2DGradient: TensorOperation {
  /// The shape of the images.
  package let inputShape: Shape
  /// The window's extent, stride and padding.
  package let window: Window

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let result = TensorType(inputShape, operands[0].element)
    let forward = try AveragePool2D(window: window).resultType(of: [result])
    try requireSame(operands[0], forward, assuming: result)
    return result
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [upstream.graph.apply(AveragePool2D(window: window), to: [upstream])]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (upstream, channels) = (operands[0], inputShape[3])
    var result = [T](repeating: 0, count: type.shape.count)
    window.forEachTap(on: inputShape) { pixel, place, _ in
      for channel in 0..<channels {
        result[pixel * channels + channel] += upstream[place * channels + channel]
      }
    }
    return result.map { $0 / T(window.area) }
  }
}

/// Returns the mean over each window of `[N, H, W, C]`, with padding counted as zeros; the default stride is
/// the window's extent.
///
/// - Parameters:
///   - x: The images, `[N, H, W, C]`.
///   - window: The window's height and width in pixels.
///   - stride: The distance of windows in both directions; `window` if nil.
///   - padding: The number of pixels added on each side.
public func averagePool2d(_ x: Tensor, window: Int, stride: Int? = nil, padding: Int = 0) -> Tensor {
  averagePool2d(x, .square(window, stride: stride, padding: padding))
}

/// Returns the mean over each window of `[N, H, W, C]`, with padding counted as zeros.
///
/// - Parameters:
///   - x: The images, `[N, H, W, C]`.
///   - window: The extent, stride and padding.
public func averagePool2d(_ x: Tensor, _ window: Window) -> Tensor {
  x.graph.apply(AveragePool2D(window: window), to: [x])
}

/// Returns the mean over all pixels: `[N, H, W, C]` to `[N, C]`.
///
/// - Parameter x: The images, `[N, H, W, C]`.
public func globalAveragePool(_ x: Tensor) -> Tensor {
  guard x.isKnown else { return x }
  guard x.shape.rank == 4 else {
    return x.graph.report(
      ShapeError(
        "A global average is taken over a batch of images.", expected: "[N, H, W, C]", found: "\(x.shape)"))
  }
  return x.mean(axes: [1, 2])
}
