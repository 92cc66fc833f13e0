import Ops

/// The places of a feature map's cells in the image: the centers of their receptive fields (Araujo, Norris
/// and Sim 2019, "Computing receptive fields of convolutional neural networks").
///
/// A window of stride 2 that is padded by half its extent takes its first cell from the first pixel, so the
/// cells lie half a stride nearer to the upper left corner than equal parts of the image do.
struct CellCenters: Equatable {
  /// The centers along one axis: `start + i * jump` for cell i.
  struct Axis: Equatable {
    /// The center of the first cell in pixels; 0 is the center of the first pixel.
    var start: Double
    /// The distance between centers in pixels.
    var jump: Double

    /// The centers of the windows that slide over these cells.
    fileprivate func under(_ window: Window.Axis) -> Axis {
      Axis(
        start: start + (Double(window.kernel - 1) / 2 - Double(window.padding)) * jump,
        jump: jump * Double(window.stride))
    }
  }

  /// The centers of the rows.
  var height: Axis
  /// The centers of the columns.
  var width: Axis

  /// The centers of equal parts of an image: `rows` by `columns` of them.
  init(rows: Int, columns: Int, height: Int, width: Int) {
    func parts(_ count: Int, of extent: Int) -> Axis {
      let jump = Double(extent) / Double(count)
      return Axis(start: (jump - 1) / 2, jump: jump)
    }
    (self.height, self.width) = (parts(rows, of: height), parts(columns, of: width))
  }

  /// Follows the operations from images to a feature map, both `[N, H, W, C]`; nil if no path between them
  /// keeps places apart.
  ///
  /// Windows, slices and paddings move the centers; operations on each cell, or on its channels, keep them.
  /// Where paths meet, as at a residual sum, each center is the mean over the paths: the center of mass of
  /// what the cell depends on, if every path contributes equally. In a `ResNet` the paths agree. A path that
  /// mixes all places, such as a gate computed from their mean, counts for no place more than for another,
  /// and is left out.
  init?(of map: Tensor, on images: Tensor) {
    guard images.id <= map.id, images.shape.rank == 4 else { return nil }
    let nodes = map.graph.nodes
    let (rows, columns) = (images.shape[1], images.shape[2])
    var centers = [
      images.id: CellCenters(rows: rows, columns: columns, height: rows, width: columns)
    ]
    for id in images.id...map.id where id > images.id {
      let node = nodes[id]
      let paths = node.operands.compactMap { operand in
        centers[operand].flatMap { $0.passed(through: node, from: nodes[operand].type.shape) }
      }
      if !paths.isEmpty { centers[id] = CellCenters(meanOf: paths) }
    }
    guard let found = centers[map.id] else { return nil }
    self = found
  }

  private init(meanOf paths: [CellCenters]) {
    func mean(_ axis: KeyPath<CellCenters, Axis>) -> Axis {
      let sum = paths.reduce(Axis(start: 0, jump: 0)) {
        Axis(start: $0.start + $1[keyPath: axis].start, jump: $0.jump + $1[keyPath: axis].jump)
      }
      return Axis(start: sum.start / Double(paths.count), jump: sum.jump / Double(paths.count))
    }
    (height, width) = (mean(\.height), mean(\.width))
  }

  /// Returns the centers of a node's cells, given those of an operand; nil if it mixes or moves them.
  private func passed(through node: Node, from shape: Shape) -> CellCenters? {
    var result = self
    switch node.operation {
    case let operation as any Windowed:
      result.height = height.under(operation.window.height)
      result.width = width.under(operation.window.width)
      return result
    case let slice as Slice:
      result.move(by: slice.lower, axis: slice.axis)
      return result
    case let pad as Pad:
      for (axis, count) in pad.low.enumerated() { result.move(by: -count, axis: axis) }
      return result
    case is Transpose: return nil
    case let reduction as any Reduction where reduction.axes.contains { $0 < 3 }: return nil
    case let joined as Concatenate where joined.axis != shape.rank - 1: return nil
    default:
      // What has the same rows and columns keeps its cells: functions of elements, sums over channels.
      let kept = node.type.shape.dimensions.prefix(3)
      return kept.count == 3 && kept.elementsEqual(shape.dimensions.prefix(3)) ? result : nil
    }
  }

  private mutating func move(by cells: Int, axis: Int) {
    if axis == 1 { height.start += Double(cells) * height.jump }
    if axis == 2 { width.start += Double(cells) * width.jump }
  }
}

/// An operation whose cells are the positions of a window on its first operand.
private protocol Windowed {
  var window: Window { get }
}

extension Convolution2D: Windowed {}
extension MaxPool2D: Windowed {}
extension AveragePool2D: Windowed {}
