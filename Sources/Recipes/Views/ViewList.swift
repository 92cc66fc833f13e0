import Ops

/// All views that a stage draws of a photograph: those of its first ``Views`` line, then those of the second,
/// and so on.
package struct ViewList: Sendable {
  /// The lines, in order.
  package let lines: [Views]
  // The divisor of sides that are a share of the run's.
  private let multiple: Int

  /// Creates the views of some lines, for an encoder of images whose sides are multiples of a number of
  /// pixels.
  package init(_ lines: [Views], multiple: Int = 1) {
    self.lines = lines
    self.multiple = multiple
  }

  /// The number of views of one photograph.
  package var count: Int { lines.reduce(0) { $0 + $1.count } }

  /// Returns the line that draws a view. A photograph that is repeated within an epoch has view numbers
  /// beyond `count`.
  package func line(of view: Int) -> Views {
    var place = view % count
    for line in lines {
      if place < line.count { return line }
      place -= line.count
    }
    fatalError("view \(view) is of none of \(lines.count) lines")
  }

  /// Returns the side of a view in pixels, given the run's default.
  package func size(of view: Int, in run: Int) -> Int { size(of: line(of: view), in: run) }

  private func size(of line: Views, in run: Int) -> Int {
    guard let share = line.share else { return line.size ?? run }
    return multiple * max(1, Int((share * Double(run) / Double(multiple)).rounded()))
  }

  /// The side of the largest views in pixels, given the run's default.
  func largestSize(in run: Int) -> Int { lines.reduce(0) { max($0, size(of: $1, in: run)) } }

  /// Returns consecutive views of the same size, as inputs of a step.
  func groups(size: Int, channels: Int) -> [ImageGroup] {
    var groups: [ImageGroup] = []
    for line in lines {
      let side = self.size(of: line, in: size)
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
