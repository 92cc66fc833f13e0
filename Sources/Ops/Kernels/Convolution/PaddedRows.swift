/// The image lines that a range of output lines reads, for implicit im2col: the patch of an output is a
/// contiguous run in each of its lines. Lines are read in place, or copied with zero padding.
///
/// Pixels that taps of a dilated kernel read together are put next to each other: a copied line has first the
/// columns that are multiples of the dilation, then those that follow each of them, and so on.
struct PaddedRows: Sendable {
  /// The geometry, of elements of the images.
  let geometry: ConvolutionGeometry
  private let form: OperandForm
  /// Whether no patch crosses an edge, so that lines are read in place.
  let isInPlace: Bool
  /// The columns of a line in each of as many parts as the dilation.
  private let columns: Int
  /// The number of lines per image.
  let height: Int

  init(_ convolution: ConvolutionGeometry, _ form: OperandForm) {
    let g = convolution.read(as: form)
    (geometry, self.form) = (g, form)
    let (seenHeight, seenWidth) = (
      (g.outHeight - 1) * g.strideH + g.spanH, (g.outWidth - 1) * g.strideW + g.spanW
    )
    isInPlace =
      g.groups == 1 && g.paddingH == 0 && g.paddingW == 0 && g.dilationW == 1 && seenHeight <= g.height
      && seenWidth <= g.width
    columns = pieces(of: g.dilationW, in: isInPlace ? g.width : seenWidth)
    height = isInPlace ? g.height : seenHeight
  }

  /// The line width in pixels.
  var width: Int { columns * geometry.dilationW }

  /// Returns the place in a line of a column of the padded image.
  @inline(__always)
  func place(of column: Int) -> Int {
    let dilation = geometry.dilationW
    return dilation == 1 ? column : column % dilation * columns + column / dilation
  }

  var lines: Int { geometry.images * geometry.outHeight }
  var depth: Int { geometry.groupChannels }
  /// The stride between lines, in elements.
  private var lineStride: Int { width * depth }
  /// The stride between the lines of a patch, in elements.
  var runStride: Int { geometry.dilationH * lineStride }

  /// Returns the first line that an output line reads, relative to the first that `lines` read.
  private func firstLine(of line: Int, in lines: Range<Int>) -> Int {
    let g = geometry
    let (image, y) = (line / g.outHeight, line % g.outHeight)
    let (firstImage, firstY) = (lines.lowerBound / g.outHeight, lines.lowerBound % g.outHeight)
    return (image - firstImage) * height + (y - firstY) * g.strideH
  }

  /// Returns the number of elements of copied lines.
  func elements(_ lines: Range<Int>) -> Int {
    if isInPlace || lines.isEmpty { return 0 }
    return (firstLine(of: lines.upperBound - 1, in: lines) + geometry.spanH) * lineStride
  }

  /// Returns the scratch elements that a worker needs for any tile: for copied lines, or for all rows of a
  /// tile if a prologue computes them in place.
  ///
  /// - Parameter largest: Returns the largest value of a size over the output lines of all tiles.
  func scratchElements(_ x: OperandPlan, _ largest: ((Range<Int>) -> Int) -> Int) -> Int {
    isInPlace
      ? x.scratchElements(rows: largest { inputRows($0).count })
      : aligned(largest { elements($0) }) * form.size + x.loopElements
  }

  /// Returns the contiguous input rows that some output lines read.
  func inputRows(_ lines: Range<Int>) -> Range<Int> {
    if lines.isEmpty { return 0..<0 }
    let g = geometry
    func line(_ line: Int, _ tap: Int) -> Int {
      let y = line % g.outHeight * g.strideH - g.paddingH + tap
      return line / g.outHeight * g.height + min(max(y, 0), g.height)
    }
    return line(lines.lowerBound, 0) * g.width..<line(lines.upperBound - 1, g.spanH) * g.width
  }

  /// Writes the patch offset of each output in some lines.
  @inline(__always)
  func list(_ lines: Range<Int>, outputs: UnsafeMutablePointer<Int32>) {
    var next = outputs
    for line in lines {
      let start = Int32(truncatingIfNeeded: firstLine(of: line, in: lines) * lineStride)
      for x in 0..<geometry.outWidth {
        next[x] = start &+ Int32(truncatingIfNeeded: place(of: x * geometry.strideW) * depth)
      }
      next += geometry.outWidth
    }
  }

  /// Calls `body` for each line to be copied, with its first input row, the number of rows, and the number of
  /// zero pixels before them; a line outside the image has no rows.
  @inline(__always)
  func forEachLine(
    _ lines: Range<Int>, _ body: (_ line: Int, _ row: Int, _ count: Int, _ before: Int) -> Void
  ) {
    let g = geometry
    let before = min(width, max(0, g.paddingW))
    let first = max(0, -g.paddingW)
    let count = max(0, min(width - before, g.width - first))
    var (line, index) = (lines.lowerBound, 0)
    while line < lines.upperBound {
      let (image, y) = (line / g.outHeight, line % g.outHeight)
      let end = min(lines.upperBound, (image + 1) * g.outHeight)
      for tap in 0..<(end - 1 - line) * g.strideH + g.spanH {
        let source = y * g.strideH - g.paddingH + tap
        let isInside = source >= 0 && source < g.height
        body(
          index, isInside ? (image * g.height + source) * g.width + first : 0, isInside ? count : 0, before)
        index += 1
      }
      line = end
    }
  }
}

/// `PaddedRows` of an operand, bound to memory.
struct PaddedRowReader<Element: PanelElement> {
  let lines: PaddedRows
  private let x: OperandReader<Element>

  init(_ lines: PaddedRows, _ x: OperandReader<Element>) {
    self.lines = lines
    self.x = x
  }

  /// Adds the reads of some output lines to the prefetcher.
  @inline(__always)
  func add(_ range: Range<Int>, to ahead: inout Prefetcher) {
    x.add(lines.inputRows(range), pitch: lines.geometry.channels, to: &ahead)
  }

  /// Returns the first patch of some output lines, for a group; copied or computed lines are in `scratch`.
  @inline(__always)
  func patches(
    of range: Range<Int>, group: Int, scratch: UnsafeMutablePointer<Element>
  ) -> UnsafePointer<Element> {
    let g = lines.geometry
    if lines.isInPlace {
      let rows = lines.inputRows(range)
      return x.rows(rows, scratch: scratch) + rows.lowerBound * g.channels
    }
    let spare = scratch + aligned(lines.elements(range))
    let depth = lines.depth
    lines.forEachLine(range) { line, row, count, before in
      let target = scratch + line * lines.width * depth
      if count == 0 { return target.update(repeating: .zero, count: lines.width * depth) }
      if g.dilationW > 1 {
        target.update(repeating: .zero, count: lines.width * depth)
        for pixel in 0..<count {
          x.write(
            row + pixel..<row + pixel + 1, channels: group * depth..<(group + 1) * depth, of: g.channels,
            to: target + lines.place(of: before + pixel) * depth, scratch: spare)
        }
        return
      }
      target.update(repeating: .zero, count: before * depth)
      let end = (before + count) * depth
      (target + end).update(repeating: .zero, count: lines.width * depth - end)
      x.write(
        row..<row + count, channels: group * depth..<(group + 1) * depth, of: g.channels,
        to: target + before * depth, scratch: spare)
    }
    return UnsafePointer(scratch)
  }
}
