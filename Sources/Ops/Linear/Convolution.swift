/// The cross-correlation of images `[N, H, W, C]` with kernels `[kh, kw, C / groups, K]`: `[N, H', W', K]`.
///
/// With groups, input and output channels are divided into equal contiguous groups, and each output group
/// reads its own input group.
package struct Convolution2D: TensorOperation {
  /// The kernel's extent, stride, padding and dilation.
  package let window: Window
  /// The number of channel groups.
  package let groups: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (x, w) = (operands[0].shape, operands[1].shape)
    guard x.rank == 4, w.rank == 4 else {
      throw ShapeError(
        "A convolution needs a batch of images and a stack of kernels.",
        expected: "[N, H, W, C] and [kh, kw, C / groups, K]", found: "\(x) and \(w)")
    }
    let result = try window.resultType(on: operands[0], channels: w[3])
    guard groups > 0, groups <= w[3] else {
      throw ShapeError(
        "A convolution cannot have so many groups.", expected: "at least 1 and at most \(w[3])",
        found: "\(groups)",
        assuming: result)
    }
    try requireReals(operands, assuming: result)
    guard x[3] == w[2] * groups else {
      throw ShapeError(
        "A convolution needs images with as many channels as its kernels read.",
        expected: "\(w[2] * groups) channels", found: "\(x[3]) in \(x)", assuming: result)
    }
    guard w[3] % groups == 0 else {
      throw ShapeError(
        "The results of a convolution are shared out equally among its groups.",
        expected: "a multiple of \(groups) kernels", found: "\(w[3])", assuming: result)
    }
    guard w[0] == window.height.kernel, w[1] == window.width.kernel else {
      throw ShapeError(
        "The kernels of a convolution have the extent of its window.",
        expected: "[\(window.height.kernel), \(window.width.kernel), ...]", found: "\(w)", assuming: result)
    }
    try requireReach(on: x, channels: max(x[3], w[3]), assuming: result)
    return result
  }

  // The lines of an image that a dilated kernel reaches are copied at once, and their elements counted by 32
  // bits.
  private func requireReach(
    on x: Shape, channels: Int, assuming result: TensorType
  ) throws(ShapeError) {
    guard window.isDilated else { return }
    let (height, width) = (window.height, window.width)
    let lines = height.span + 128 * height.stride
    let columns = max(x[2] + width.padding + width.paddingAfter, width.span)
    let (pixels, isTooMany) = lines.multipliedReportingOverflow(by: columns)
    guard !isTooMany, pixels <= Int(Int32.max) / max(16, channels) else {
      throw ShapeError(
        "The kernels of a dilated convolution reach too far.",
        expected:
          "a dilation with which \(channels) channels of what a kernel reaches are below 2^31 numbers",
        found: "a reach of \(height.span) and \(width.span) pixels", assuming: result)
    }
  }

  package func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int {
    result.shape.count * operands[1].shape.dimensions.dropLast().reduce(1, *)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    let (x, w) = (operands[0], operands[1])
    return [forInput(x.shape, upstream, w, window, groups), forWeight(x, upstream, window, groups)]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, w) = (operands[0], operands[1])
    let products = Products(window, groups, input: operands.shape(0), outputs: type.shape[3])
    var result = [T](repeating: 0, count: type.shape.count)
    products.forEach { input, output, weight, count in
      for k in 0..<count { result[output + k] += x[input] * w[weight + k] }
    }
    return result
  }
}

/// The gradient of `Convolution2D` with respect to its images: the transposed convolution of
/// `[N, H', W', K]`.
package struct ConvolutionInputGradient: TensorOperation {
  /// The shape of the images.
  package let inputShape: Shape
  /// The kernel's extent, stride, padding and dilation.
  package let window: Window
  /// The number of channel groups.
  package let groups: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let result = TensorType(inputShape, operands[0].element)
    let forward = try Convolution2D(window: window, groups: groups).resultType(of: [result, operands[1]])
    try requireSame(operands[0], forward, assuming: result)
    return result
  }

  package func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int {
    operands[0].shape.count * operands[1].shape.dimensions.dropLast().reduce(1, *)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [
      upstream.graph.apply(Convolution2D(window: window, groups: groups), to: [upstream, operands[1]]),
      forWeight(upstream, operands[0], window, groups),
    ]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (upstream, w) = (operands[0], operands[1])
    let products = Products(window, groups, input: inputShape, outputs: operands.shape(0)[3])
    var result = [T](repeating: 0, count: type.shape.count)
    products.forEach { input, output, weight, count in
      for k in 0..<count { result[input] += upstream[output + k] * w[weight + k] }
    }
    return result
  }
}

/// The gradient of `Convolution2D` with respect to its kernels, `[kh, kw, C / groups, K]`, from images and
/// `[N, H', W', K]`.
package struct ConvolutionWeightGradient: TensorOperation {
  /// The kernel's extent, stride, padding and dilation.
  package let window: Window
  /// The number of channel groups.
  package let groups: Int

  package func resultType(of operands: [TensorType]) throws(ShapeError) -> TensorType {
    let (x, upstream) = (operands[0], operands[1])
    guard x.shape.rank == 4, upstream.shape.rank == 4 else {
      throw ShapeError(
        "The gradient of a convolution's kernels needs its images and the gradient of its result.",
        expected: "[N, H, W, C] and [N, H', W', K]", found: "\(x.shape) and \(upstream.shape)")
    }
    let kernel: Shape = [window.height.kernel, window.width.kernel, x.shape[3] / groups, upstream.shape[3]]
    let result = TensorType(kernel, x.element)
    let forward = try Convolution2D(window: window, groups: groups).resultType(of: [x, result])
    try requireSame(upstream, forward, assuming: result)
    return result
  }

  package func multiplyAdds(_ operands: [TensorType], result: TensorType) -> Int {
    operands[1].shape.count * result.shape.dimensions.dropLast().reduce(1, *)
  }

  package func gradient(_ upstream: Tensor, result: Tensor, operands: [Tensor]) -> [Tensor?] {
    [
      forInput(operands[0].shape, operands[1], upstream, window, groups),
      upstream.graph.apply(Convolution2D(window: window, groups: groups), to: [operands[0], upstream]),
    ]
  }

  @specialized(where T == Double)
  @specialized(where T == Float)
  package func evaluate<T: Real>(_ operands: Operands<T>, as type: TensorType) -> [T] {
    let (x, upstream) = (operands[0], operands[1])
    let products = Products(window, groups, input: operands.shape(0), outputs: type.shape[3])
    var result = [T](repeating: 0, count: type.shape.count)
    products.forEach { input, output, weight, count in
      for k in 0..<count { result[weight + k] += x[input] * upstream[output + k] }
    }
    return result
  }
}

// Every product of a convolution, by the indices of its three factors, for contiguous outputs at a time: the
// three reference kernels differ only in the factor they sum into.
private struct Products {
  let window: Window
  let groups: Int
  let input: Shape
  let outputs: Int

  init(_ window: Window, _ groups: Int, input: Shape, outputs: Int) {
    self.window = window
    self.groups = groups
    self.input = input
    self.outputs = outputs
  }

  func forEach(_ body: (_ input: Int, _ output: Int, _ weight: Int, _ count: Int) -> Void) {
    let channels = input[3]
    let (reads, writes) = (channels / groups, outputs / groups)
    window.forEachTap(on: input) { pixel, place, tap in
      for group in 0..<groups {
        for c in 0..<reads {
          let first = group * writes
          body(
            pixel * channels + group * reads + c, place * outputs + first,
            (tap * reads + c) * outputs + first, writes)
        }
      }
    }
  }
}

private func forInput(
  _ shape: Shape, _ upstream: Tensor, _ w: Tensor, _ window: Window, _ groups: Int
) -> Tensor {
  let operation = ConvolutionInputGradient(inputShape: shape, window: window, groups: groups)
  return upstream.graph.apply(operation, to: [upstream, w])
}

private func forWeight(_ x: Tensor, _ upstream: Tensor, _ window: Window, _ groups: Int) -> Tensor {
  x.graph.apply(ConvolutionWeightGradient(window: window, groups: groups), to: [x, upstream])
}

/// Returns the cross-correlation of images `[N, H, W, C]` with kernels `[kh, kw, C / groups, K]`:
/// `[N, H', W', K]`.
///
/// - Parameters:
///   - x: The images, `[N, H, W, C]`.
///   - w: The kernels, `[kh, kw, C / groups, K]`.
///   - stride: The stride in both directions.
///   - padding: The number of zeros on each side of both axes.
///   - groups: The number of groups that channels are divided into; each output sees one.
///   - dilation: The distance of neighboring taps in both directions (Yu and Koltun 2016).
public func conv2d(
  _ x: Tensor, _ w: Tensor, stride: Int = 1, padding: Int = 0, groups: Int = 1, dilation: Int = 1
) -> Tensor {
  conv2d(
    x, w, stride: (stride, stride), padding: (padding, padding), groups: groups,
    dilation: (dilation, dilation))
}

/// Returns the cross-correlation with stride, padding and dilation per axis, (height, width).
///
/// - Parameters:
///   - x: The images, `[N, H, W, C]`.
///   - w: The kernels, `[kh, kw, C / groups, K]`.
///   - stride: The strides by (height, width).
///   - padding: The number of zeros on each side, by (height, width).
///   - groups: The number of groups that channels are divided into; each output sees one.
///   - dilation: The distances of neighboring taps by (height, width).
public func conv2d(
  _ x: Tensor, _ w: Tensor, stride: (Int, Int), padding: (Int, Int), groups: Int = 1,
  dilation: (Int, Int) = (1, 1)
) -> Tensor {
  let kernel = w.shape.rank == 4 ? (w.shape[0], w.shape[1]) : (1, 1)
  let window = Window(kernel: kernel, stride: stride, padding: padding, dilation: dilation)
  return x.graph.apply(Convolution2D(window: window, groups: groups), to: [x, w])
}
