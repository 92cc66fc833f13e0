/// A forest plot of one metric: below each label a line from the lower to the upper end of the interval, a
/// point at the value, smaller ones for repetitions, and the numbers beside it.
struct ForestPlot: Sendable {
  /// A line of the plot.
  struct Row: Sendable {
    let label: String
    let interval: Interval
    /// The values of the repetitions, drawn if there are several.
    var repetitions: [Double] = []
    /// Words above the numbers, such as a p-value or the number of patients.
    var note: String = ""
  }

  let id: String
  /// The metric.
  let title: String
  let rows: [Row]
  /// The axis.
  let axis: ChartAxis
  /// How the numbers of rows are written.
  var format = NumberFormat.decimals(3)
  /// A number with a line of its own, such as no difference.
  var reference: Double?

  static let width = 340.0
  private static let plot = (left: 16.0, width: 168.0)
  private static let rowHeight = 40.0
  private static let foot = 20.0

  private var height: Double { Double(rows.count) * ForestPlot.rowHeight + ForestPlot.foot }

  private func values(of row: Row) -> [Double] {
    [row.interval.value, row.interval.low, row.interval.high]
      + (row.repetitions.count > 1 ? row.repetitions : [])
  }

  /// The figure.
  var figure: Figure {
    let scale = axis.scale(covering: rows.flatMap(values) + (reference.map { [$0] } ?? []))
    func x(_ value: Double) -> Double {
      ForestPlot.plot.left + scale.fraction(of: value) * ForestPlot.plot.width
    }
    let bottom = height - ForestPlot.foot
    // Lines of the grid leave out the labels, and ticks that would touch have no numbers.
    func lines(_ places: [Double], class name: String) -> Markup {
      let pieces = rows.indices.flatMap { row in
        let top = Double(row) * ForestPlot.rowHeight
        return places.map { [($0, top + 18), ($0, top + ForestPlot.rowHeight)] }
      }
      return .tag("path", ["class": name, "d": SVG.path(pieces)])
    }
    var drawing = [lines(scale.ticks.map(x), class: "gridline")]
    if let reference { drawing.append(lines([x(reference)], class: "axisline")) }
    let widest = (scale.labels.map(SVG.width).max() ?? 0) + 8
    let room = max(1, Int(ForestPlot.plot.width / widest))
    let every = max(1, (scale.ticks.count + room - 1) / room)
    let first = scale.ticks.firstIndex { $0 == reference } ?? 0
    for (place, (mark, label)) in zip(scale.ticks, scale.labels).enumerated()
    where (place - first).isMultiple(of: every) {
      drawing.append(SVG.text(label, x: x(mark), y: bottom + 14, class: "tick", anchor: .middle))
    }
    for (place, row) in rows.enumerated() {
      drawing += marks(of: row, top: Double(place) * ForestPlot.rowHeight, x)
    }
    return Figure(
      id, title: title, description: rows.map { "\($0.label): \(numbers($0))" }.joined(separator: "; ") + ".",
      width: ForestPlot.width, height: height, drawing: drawing, table: table)
  }

  private func numbers(_ row: Row) -> String {
    let isBounded = row.interval.low.isFinite && row.interval.high.isFinite
    return format(row.interval) + (row.interval.value.isFinite && !isBounded ? " [undefined]" : "")
  }

  private func marks(of row: Row, top: Double, _ x: (Double) -> Double) -> [Markup] {
    let middle = top + 27
    // As much of the label as there is room for beside the note.
    let room = ForestPlot.width - (row.note.isEmpty ? 0 : SVG.width(of: row.note) + 12)
    let label = row.label.shortened(to: max(8, Int(room / SVG.width(of: "x"))))
    var parts: [Markup] = [
      .tag(
        "text", ["class": "label", "x": "0", "y": SVG.number(top + 14)],
        (label == row.label ? [] : [.tag("title", [:], row.label)]) + [.text(label)])
    ]
    let interval = row.interval
    var own: [Markup] = []
    if interval.low.isFinite, interval.high.isFinite {
      let (low, high) = (x(interval.low), x(interval.high))
      own.append(
        .tag(
          "path",
          [
            "class": "line",
            "d": SVG.path([
              [(low, middle), (high, middle)], [(low, middle - 4), (low, middle + 4)],
              [(high, middle - 4), (high, middle + 4)],
            ]),
          ]))
    }
    if row.repetitions.count > 1 {
      own += row.repetitions.filter(\.isFinite).map { ForestPlot.point(x($0), middle + 7, radius: 1.8) }
    }
    if interval.value.isFinite { own.append(ForestPlot.point(x(interval.value), middle, radius: 4)) }
    parts.append(.tag("g", ["class": SVG.series(0)], own))
    parts.append(
      SVG.text(numbers(row), x: ForestPlot.width, y: middle + 4, class: "tick", anchor: .end))
    if !row.note.isEmpty {
      parts.append(SVG.text(row.note, x: ForestPlot.width, y: top + 14, class: "tick", anchor: .end))
    }
    return parts
  }

  private static func point(_ x: Double, _ y: Double, radius: Double) -> Markup {
    .tag(
      "circle",
      ["class": "point", "cx": SVG.number(x), "cy": SVG.number(y), "r": SVG.number(radius)])
  }

  private var table: DataTable {
    let isRepeated = rows.contains { $0.repetitions.count > 1 }
    let isNoted = rows.contains { !$0.note.isEmpty }
    return DataTable(
      "\(title), with 95 % intervals",
      header: ["", title] + (isRepeated ? ["repetitions"] : []) + (isNoted ? ["remark"] : []),
      rows: rows.map { row in
        [.text(row.label), .number(numbers(row))]
          + (isRepeated ? [.number(row.repetitions.map { format($0) }.joined(separator: ", "))] : [])
          + (isNoted ? [.text(row.note)] : [])
      })
  }
}
