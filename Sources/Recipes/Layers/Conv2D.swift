/// A convolution of `[N, H, W, C]` with square kernels; input channels are inferred.
///
/// Its `weight` is `[kernel, kernel, C / groups, channels]`, with He initialization by fan-out (He et al.
/// 2015).
public struct Conv2D: Layer {
  let channels: Int
  let kernel: Int
  let stride: Int
  let padding: Int
  let groups: Int
  let dilation: Int
  let bias: Bool
  let initializer: Initializer?
  @Incidental public private(set) var location: SourceLocation?

  /// Creates a convolution with the given number of output channels.
  ///
  /// - Parameters:
  ///   - channels: The number of output channels.
  ///   - kernel: The kernel's side.
  ///   - stride: The stride in both directions.
  ///   - padding: The zero padding; by default half of what the kernel reaches, so that stride 1 preserves
  ///     the size.
  ///   - groups: The number of channel groups, each convolved separately.
  ///   - dilation: The distance of neighboring taps in both directions (Yu and Koltun 2016), as in
  ///     segmentation and in networks that keep their resolution.
  ///   - bias: Whether a trained bias is added to each channel; redundant before a `BatchNorm`.
  ///   - initializer: The distribution of the first weights; nil for He initialization.
  ///   - file: The file that errors name, by default that of the call.
  ///   - line: The line that errors name, by default that of the call.
  public init(
    _ channels: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, groups: Int = 1, dilation: Int = 1,
    bias: Bool = false, initializer: Initializer? = nil, file: StaticString = #fileID, line: Int = #line
  ) {
    self.channels = channels
    self.kernel = kernel
    self.stride = stride
    let (reach, isTooFar) = (kernel &- 1).multipliedReportingOverflow(by: dilation)
    self.padding = padding ?? (isTooFar ? 0 : (reach &+ 1) / 2)
    self.groups = groups
    self.dilation = dilation
    self.bias = bias
    self.initializer = initializer
    location = SourceLocation(file: file, line: line)
  }

  public var kind: String { "conv" }

  public var problems: [SettingProblem] {
    Check.count("channels", channels)
    Check.count("kernel", kernel) ?? Check.count("dilation", dilation)
      ?? Check.count("padding", padding, atLeast: 0)
    Check.count("stride", stride)
    Check.count("groups", groups)
    if let initializer { Check.initializer("initializer", initializer) }
  }

  public func apply(to x: Tensor) -> Tensor {
    let graph = x.graph
    if let error = misfit(on: x) { return graph.report(error) }
    let weight = graph.variable(
      "weight", [kernel, kernel, x.shape.channels / groups, channels], role: .weight,
      layout: .outputsFirst, initializer: initializer ?? .he(fanOut: kernel * kernel * channels / groups))
    let y = conv2d(x, weight, stride: stride, padding: padding, groups: groups, dilation: dilation)
    return bias ? y + graph.variable("bias", [channels], role: .bias, initializer: .zeros) : y
  }

  private func misfit(on x: Tensor) -> ShapeError? {
    guard x.shape.rank == 4 else {
      return ShapeError(
        "A convolution needs a batch of images.", expected: "[N, H, W, C]", found: "\(x.shape)")
    }
    guard x.shape.channels % groups == 0, channels % groups == 0 else {
      let window = Window(
        kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding),
        dilation: (dilation, dilation)
      ).height
      let extents = x.shape.dimensions[1...2].map { max(window.outputExtent($0), 1) }
      return ShapeError(
        "A convolution in groups needs channels that divide by their number.",
        expected: "multiples of \(groups)", found: "\(x.shape.channels) channels in and \(channels) out",
        assuming: TensorType([x.shape[0], extents[0], extents[1], channels], x.type.element))
    }
    return nil
  }
}
