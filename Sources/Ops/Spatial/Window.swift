/// What slides over the rows and columns of images: its extent, its steps, and the border it may cover.
public struct Window: Hashable, Sendable {
  /// The window along one axis.
  public struct Axis: Hashable, Sendable {
    /// How many places it covers.
    public let kernel: Int
    /// How far it moves each time.
    public let stride: Int
    /// How many places outside the image it may cover on either side.
    public let padding: Int

    /// Whether a window can slide like this.
    var isPossible: Bool {
      (1...Check.largestCount).contains(kernel) && (1...Check.largestCount).contains(stride)
        && (0...Check.largestCount).contains(padding)
    }

    /// How many places it takes on an axis of the given extent; 0 if it does not fit.
    public func outputExtent(_ extent: Int) -> Int {
      let room = extent + 2 * padding - kernel
      return room < 0 ? 0 : room / stride + 1
    }

    /// The places inside an axis that the window covers, as offsets into the window, when it is at `output`.
    func taps(at output: Int, extent: Int) -> Range<Int> {
      let first = output * stride - padding
      let lower = Swift.min(Swift.max(-first, 0), kernel)
      return lower..<Swift.max(lower, Swift.min(kernel, extent - first))
    }
  }

  /// The window along the rows.
  public let height: Axis
  /// The window along the columns.
  public let width: Axis

  /// A window by (height, width).
  public init(kernel: (Int, Int), stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0)) {
    height = Axis(kernel: kernel.0, stride: stride.0, padding: padding.0)
    width = Axis(kernel: kernel.1, stride: stride.1, padding: padding.1)
  }

  /// A window with the same settings for rows and columns; it moves by its own extent unless told otherwise.
  public static func square(_ kernel: Int, stride: Int? = nil, padding: Int = 0) -> Window {
    let stride = stride ?? kernel
    return Window(kernel: (kernel, kernel), stride: (stride, stride), padding: (padding, padding))
  }

  /// How many places the window covers.
  public var area: Int { height.kernel * width.kernel }

  /// The type of what is computed at each of the window's places on `images`, with the given channels.
  func resultType(on images: TensorType, channels: Int? = nil) throws(ShapeError) -> TensorType {
    let shape = images.shape
    guard shape.rank == 4 else {
      throw ShapeError(
        "A window slides over a batch of images.", expected: "[N, H, W, C]", found: "\(shape)")
    }
    if let axis = [height, width].first(where: { !$0.isPossible }) {
      throw ShapeError(
        "A window cannot slide like this.",
        expected: "kernel and stride of at least 1, padding of at least 0, none above \(Check.largestCount)",
        found: "kernel \(axis.kernel), stride \(axis.stride), padding \(axis.padding)")
    }
    let extents = (height.outputExtent(shape[1]), width.outputExtent(shape[2]))
    let result = TensorType(
      [shape[0], Swift.max(extents.0, 1), Swift.max(extents.1, 1), channels ?? shape[3]], images.element)
    guard extents.0 > 0, extents.1 > 0 else {
      throw ShapeError(
        "The window is larger than the image with its padding.",
        expected: """
          at least \(height.kernel - 2 * height.padding) rows and \(width.kernel - 2 * width.padding) columns
          """,
        found: "\(shape[1]) and \(shape[2]) in \(shape)", assuming: result)
    }
    return result
  }

  /// Calls `body` for every place the window takes on `images` and every pixel it covers there, with the
  /// pixel's number among the images', the place's among the results', and the offset into the window, all
  /// row-major.
  func forEachTap(on images: Shape, _ body: (_ pixel: Int, _ place: Int, _ tap: Int) -> Void) {
    let (rows, columns) = (images[1], images[2])
    var place = 0
    for image in 0..<images[0] {
      for y in 0..<height.outputExtent(rows) {
        for x in 0..<width.outputExtent(columns) {
          for dy in height.taps(at: y, extent: rows) {
            let row = image * rows + y * height.stride - height.padding + dy
            for dx in width.taps(at: x, extent: columns) {
              let column = x * width.stride - width.padding + dx
              body(row * columns + column, place, dy * width.kernel + dx)
            }
          }
          place += 1
        }
      }
    }
  }
}
