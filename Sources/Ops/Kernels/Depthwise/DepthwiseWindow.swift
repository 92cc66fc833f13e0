/// The pixels that a line of results of a depthwise convolution reads: a table of their addresses, one for
/// each line of the kernel and each position.
///
/// Around the image and between spread pixels it is the address of a pixel of zeros, so that tiles know
/// neither borders nor strides of the image. Pixels that are stored rounded are widened, each once for the
/// lines that read it.
struct DepthwiseWindow<T: KernelReal> {
  /// The table, a line of `positions` for each line of the kernel.
  let addresses: UnsafeMutablePointer<UnsafePointer<T>>
  private let geometry: DepthwiseGeometry
  private let source: TensorReader<T>
  private let zeros: UnsafeMutablePointer<T>
  // The lines of the source that were widened last, each at its index modulo their number.
  private let widened: UnsafeMutablePointer<T>
  private var image = -1
  private var firstLineToWiden = 0

  /// Returns the elements of scratch memory that a window needs.
  static func elements(_ geometry: DepthwiseGeometry, _ source: BufferSlice) -> Int {
    let line = geometry.width.source * geometry.channels
    return geometry.blocks * DepthwiseGeometry.lanes
      + (source.storage == .bfloat16 ? geometry.height.mostPixels * line : 0)
  }

  /// Calls `body` with a window that has not moved to a line yet.
  ///
  /// - Parameter scratch: Memory for `elements`.
  @inline(__always)
  static func with(
    _ source: TensorReader<T>, _ geometry: DepthwiseGeometry, in scratch: UnsafeMutablePointer<T>,
    _ body: (inout DepthwiseWindow) -> Void
  ) {
    let count = geometry.height.kernel * geometry.positions
    withUnsafeTemporaryAllocation(of: UnsafePointer<T>.self, capacity: count) { room in
      guard let addresses = room.baseAddress else { return }
      var window = DepthwiseWindow(source, geometry, in: scratch, addresses)
      body(&window)
    }
  }

  private init(
    _ source: TensorReader<T>, _ geometry: DepthwiseGeometry, in scratch: UnsafeMutablePointer<T>,
    _ addresses: UnsafeMutablePointer<UnsafePointer<T>>
  ) {
    (self.source, self.geometry, self.addresses) = (source, geometry, addresses)
    let pixel = geometry.blocks * DepthwiseGeometry.lanes
    zeros = scratch
    zeros.update(repeating: 0, count: pixel)
    widened = scratch + pixel
  }

  /// Moves to a line of results, counted over all images.
  mutating func move(to line: Int) {
    let (height, width) = (geometry.height, geometry.width)
    let (image, row) = (line / height.target, line % height.target)
    if image != self.image { (self.image, firstLineToWiden) = (image, 0) }
    if case .rounded(let reader) = source { widen(height.pixels(of: row), reader) }
    for tap in 0..<height.kernel {
      let places = addresses + tap * geometry.positions
      places.update(repeating: UnsafePointer(zeros), count: geometry.positions)
      guard let pixel = height.pixel(at: row * height.stride + tap * height.dilation) else { continue }
      let first = firstPixel(ofLine: pixel)
      let columns = width.pixels(at: 0..<width.extent(of: width.target))
      var place = places + width.position(of: columns.lowerBound)
      for column in columns {
        place.pointee = first + column * geometry.channels
        place += width.spread
      }
    }
  }

  /// Calls `body` with the results of each tile of a line, a block of channels, and the addresses of what
  /// they read, and prefetches what the line below reads: all tiles of a block before the next one, so that
  /// its weights, or the sums of their gradients, stay in the L1 cache.
  @inline(__always)
  func forEachTile(
    of line: Int,
    _ body: (_ columns: Range<Int>, _ block: Int, _ addresses: UnsafePointer<UnsafePointer<T>>) -> Void
  ) {
    let ahead = DepthwiseReadAhead(source, geometry, below: line)
    for block in 0..<geometry.blocks {
      for tile in 0..<geometry.tiles {
        let columns = piece(tile, of: DepthwiseGeometry.tileWidth, in: geometry.width.target)
        ahead.fetch(tile, from: block * DepthwiseGeometry.lanes)
        body(columns, block, UnsafePointer(addresses) + columns.lowerBound * geometry.width.stride)
      }
    }
  }

  // Returns the address of the first pixel of a line of the image's.
  private func firstPixel(ofLine line: Int) -> UnsafePointer<T> {
    let size = geometry.width.source * geometry.channels
    switch source {
    case .numbers(let elements): return elements + (image * geometry.height.source + line) * size
    case .rounded: return UnsafePointer(widened + line % geometry.height.mostPixels * size)
    }
  }

  // Widens lines of the image, but for those that were.
  private mutating func widen(_ lines: Range<Int>, _ reader: RoundedReader<T>) {
    let size = geometry.width.source * geometry.channels
    firstLineToWiden = max(firstLineToWiden, lines.lowerBound)
    while firstLineToWiden < lines.upperBound {
      let line = image * geometry.height.source + firstLineToWiden
      reader.copy(
        line * size..<(line + 1) * size,
        to: widened + firstLineToWiden % geometry.height.mostPixels * size)
      firstLineToWiden += 1
    }
  }
}
