/// A sliding window over the height and width of images: its extent, stride and padding.
public struct Window: Hashable, Sendable {
  /// The window along one axis.
  public struct Axis: Hashable, Sendable {
    /// The extent.
    public let kernel: Int
    /// The stride.
    public let stride: Int
    /// The padding before the first pixel.
    public let padding: Int
    /// The padding after the last pixel.
    public let paddingAfter: Int
    /// The distance of neighboring taps, 1 unless the window is dilated.
    public let dilation: Int

    /// Creates a window with the same padding on either side.
    fileprivate init(kernel: Int, stride: Int, padding: Int, dilation: Int = 1) {
      (self.kernel, self.stride, self.padding, paddingAfter) = (kernel, stride, padding, padding)
      self.dilation = dilation
    }

    /// Creates a window with TensorFlow's `SAME` padding for an axis of the given extent: as many positions
    /// as the extent has strides, rounded up; of an odd padding, the larger half is after the last pixel.
    fileprivate init(kernel: Int, stride: Int, sameOn extent: Int) {
      (self.kernel, self.stride, dilation) = (kernel, stride, 1)
      let last = stride < 1 ? 0 : max(0, extent - 1) / stride * stride
      let padding = max(0, last + kernel - extent)
      self.padding = padding / 2
      paddingAfter = padding - padding / 2
    }

    /// Whether the values are valid.
    var isPossible: Bool {
      (1...Check.largestCount).contains(kernel) && (1...Check.largestCount).contains(stride)
        && (0...Check.largestCount).contains(padding) && (0...Check.largestCount).contains(paddingAfter)
        && (1...Check.largestCount).contains(dilation) && span <= Check.largestCount
    }

    /// The extent from the first tap to the last.
    public var span: Int { (kernel - 1) * dilation + 1 }

    /// Returns the number of window positions on an axis of the given extent; 0 if it does not fit.
    ///
    /// - Parameter extent: The extent of the axis before padding.
    public func outputExtent(_ extent: Int) -> Int {
      let room = extent + padding + paddingAfter - span
      return room < 0 ? 0 : room / stride + 1
    }

    /// Returns the taps inside an axis at position `output`.
    func taps(at output: Int, extent: Int) -> Range<Int> {
      let first = output * stride - padding
      let lower = Swift.min(pieces(of: dilation, in: Swift.max(-first, 0)), kernel)
      return lower..<Swift.max(lower, Swift.min(kernel, pieces(of: dilation, in: extent - first)))
    }
  }

  /// The window along the height.
  public let height: Axis
  /// The window along the width.
  public let width: Axis

  /// Creates a window by (height, width).
  ///
  /// - Parameters:
  ///   - kernel: The extents by (height, width).
  ///   - stride: The strides by (height, width).
  ///   - padding: The pixels added on each side, by (height, width).
  public init(kernel: (Int, Int), stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0)) {
    height = Axis(kernel: kernel.0, stride: stride.0, padding: padding.0)
    width = Axis(kernel: kernel.1, stride: stride.1, padding: padding.1)
  }

  /// Creates a dilated window by (height, width).
  package init(kernel: (Int, Int), stride: (Int, Int), padding: (Int, Int), dilation: (Int, Int)) {
    height = Axis(kernel: kernel.0, stride: stride.0, padding: padding.0, dilation: dilation.0)
    width = Axis(kernel: kernel.1, stride: stride.1, padding: padding.1, dilation: dilation.1)
  }

  /// Returns a window with the same values for height and width; the default stride is its extent.
  ///
  /// - Parameters:
  ///   - kernel: The height and width.
  ///   - stride: The stride in both directions; `kernel` if nil.
  ///   - padding: The pixels added on each side of both axes.
  public static func square(_ kernel: Int, stride: Int? = nil, padding: Int = 0) -> Window {
    let stride = stride ?? kernel
    return Window(kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding))
  }

  /// Returns a square window with TensorFlow's `SAME` padding for images of the given extents: as many
  /// positions as there are strides, rounded up; of an odd padding, the larger half is below and to the
  /// right.
  ///
  /// - Parameters:
  ///   - kernel: The height and width.
  ///   - stride: The stride in both directions; `kernel` if nil.
  ///   - height: The height of the images.
  ///   - width: The width of the images.
  public static func same(_ kernel: Int, stride: Int? = nil, height: Int, width: Int) -> Window {
    let stride = stride ?? kernel
    return Window(
      height: Axis(kernel: kernel, stride: stride, sameOn: height),
      width: Axis(kernel: kernel, stride: stride, sameOn: width))
  }

  private init(height: Axis, width: Axis) { (self.height, self.width) = (height, width) }

  /// Whether taps are not next to each other.
  var isDilated: Bool { height.dilation > 1 || width.dilation > 1 }

  /// The number of taps.
  public var area: Int { height.kernel * width.kernel }

  /// Returns the result type of a windowed operation on `images`, with the given channels.
  func resultType(on images: TensorType, channels: Int? = nil) throws(ShapeError) -> TensorType {
    let shape = images.shape
    guard shape.rank == 4 else {
      throw ShapeError(
        "A window slides over a batch of images.", expected: "[N, H, W, C]", found: "\(shape)")
    }
    if let axis = [height, width].first(where: { !$0.isPossible }) {
      throw ShapeError(
        "A window cannot slide like this.",
        expected: "kernel, stride and dilation of at least 1, padding of at least 0, "
          + "none and no reach of the kernel above \(Check.largestCount)",
        found: "kernel \(axis.kernel), stride \(axis.stride), padding \(axis.padding)"
          + (axis.dilation == 1 ? "" : ", dilation \(axis.dilation)"))
    }
    let extents = (height.outputExtent(shape[1]), width.outputExtent(shape[2]))
    let result = TensorType(
      [shape[0], Swift.max(extents.0, 1), Swift.max(extents.1, 1), channels ?? shape[3]], images.element)
    guard extents.0 > 0, extents.1 > 0 else {
      throw ShapeError(
        "The window is larger than the image with its padding.",
        expected: """
          at least \(height.span - height.padding - height.paddingAfter) rows and \
          \(width.span - width.padding - width.paddingAfter) columns
          """,
        found: "\(shape[1]) and \(shape[2]) in \(shape)", assuming: result)
    }
    return result
  }

  /// Calls `body` for every window position on `images` and every pixel in it, with the index of the pixel,
  /// of the position and of the tap, all row-major.
  func forEachTap(on images: Shape, _ body: (_ pixel: Int, _ place: Int, _ tap: Int) -> Void) {
    let (rows, columns) = (images[1], images[2])
    var place = 0
    for image in 0..<images[0] {
      for y in 0..<height.outputExtent(rows) {
        for x in 0..<width.outputExtent(columns) {
          for dy in height.taps(at: y, extent: rows) {
            let row = image * rows + y * height.stride - height.padding + dy * height.dilation
            for dx in width.taps(at: x, extent: columns) {
              let column = x * width.stride - width.padding + dx * width.dilation
              body(row * columns + column, place, dy * width.kernel + dx)
            }
          }
          place += 1
        }
      }
    }
  }
}
