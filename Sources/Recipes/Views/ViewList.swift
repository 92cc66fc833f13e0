import Ops

/// All views that a stage draws of a photograph: those of its first line of ``Views``, then those of the
/// second, and so on.
package struct ViewList: Sendable {
  /// The lines, in order.
  package let lines: [Views]

  /// The views of some lines.
  package init(_ lines: [Views]) { self.lines = lines }

  /// The number of views of one photograph.
  package var count: Int { lines.reduce(0) { $0 + $1.count } }

  /// The line that draws a view. A photograph that comes again within an epoch has views beyond `count`.
  package func line(of view: Int) -> Views {
    var place = view % count
    for line in lines {
      if place < line.count { return line }
      place -= line.count
    }
    fatalError("view \(view) is of none of \(lines.count) lines")
  }

  /// The side of a view in pixels, where the run's views are of the given one.
  package func size(of view: Int, in run: Int) -> Int { line(of: view).size ?? run }

  /// Consecutive views of the same size, as inputs of a step.
  func groups(size: Int, channels: Int) -> [ImageGroup] {
    var groups: [ImageGroup] = []
    for line in lines {
      let side = line.size ?? size
      let image: Shape = [side, side, channels]
      if let last = groups.last, last.image == image {
        groups[groups.count - 1] = ImageGroup(views: last.views + line.count, image: image)
      } else {
        groups.append(ImageGroup(views: line.count, image: image))
      }
    }
    return groups
  }

  /// Every setting of every line.
  package var summary: String { lines.map(\.summary).joined(separator: "\n") }
}
