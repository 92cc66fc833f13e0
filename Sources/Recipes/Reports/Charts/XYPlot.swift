/// The drawing of a chart: its axes and series in coordinates.
struct XYPlot {
  private let chart: XYChart
  private let x: ChartScale
  private let y: ChartScale
  private let left: Double
  private let right: Double
  private let top = 26.0
  private let bottom: Double

  init(of chart: XYChart) {
    self.chart = chart
    let points = chart.series.flatMap(\.points)
    x = chart.x.scale(covering: points.lazy.map(\.x))
    let bounds = points.flatMap { point in [point.y, point.low ?? point.y, point.high ?? point.y] }
    y = chart.y.scale(covering: bounds + chart.references.map(\.value))
    left = (y.labels.map(SVG.width).max() ?? 0) + 10
    right = chart.width - max(8, SVG.width(of: x.labels.last ?? "") / 2 + 1)
    bottom = chart.height - 36
  }

  /// All of it, the later in front.
  var drawing: [Markup] { axes + references + chart.series.indices.flatMap(drawn) }

  private func place(_ point: XYChart.Point) -> (x: Double, y: Double) {
    (left + x.fraction(of: point.x) * (right - left), height(point.y))
  }

  private func height(_ value: Double) -> Double { bottom - y.fraction(of: value) * (bottom - top) }

  private var axes: [Markup] {
    var parts: [Markup] = []
    for (tick, label) in zip(y.ticks, y.labels) {
      let height = height(tick)
      parts.append(SVG.line(from: (left, height), to: (right, height), class: "gridline"))
      parts.append(SVG.text(label, x: left - 6, y: height + 4, class: "tick", anchor: .end))
    }
    // Ticks that would touch are left out.
    let widest = (x.labels.map(SVG.width).max() ?? 0) + 8
    let room = max(1, Int((right - left) / widest))
    let every = max(1, (x.ticks.count + room - 1) / room)
    for (place, (tick, label)) in zip(x.ticks, x.labels).enumerated() where place.isMultiple(of: every) {
      let across = left + x.fraction(of: tick) * (right - left)
      parts.append(SVG.line(from: (across, bottom), to: (across, bottom + 4), class: "axisline"))
      parts.append(SVG.text(label, x: across, y: bottom + 17, class: "tick", anchor: .middle))
    }
    parts.append(SVG.line(from: (left, bottom), to: (right, bottom), class: "axisline"))
    parts.append(SVG.text(chart.y.title, x: 0, y: 12, class: "axis"))
    parts.append(SVG.text(chart.x.title, x: right, y: chart.height - 4, class: "axis", anchor: .end))
    return parts
  }

  private var references: [Markup] {
    var parts: [Markup] = []
    if chart.hasDiagonal {
      parts.append(SVG.line(from: (left, bottom), to: (right, top), class: "reference"))
    }
    for reference in chart.references where chart.y.admits(reference.value) {
      let height = height(reference.value)
      parts.append(SVG.line(from: (left, height), to: (right, height), class: "reference"))
      // Below the line where there is no room above it.
      let text = height - 5 < top + 8 ? height + 13 : height - 5
      parts.append(SVG.text(reference.name, x: right, y: text, class: "label", anchor: .end))
    }
    return parts
  }

  private func drawn(_ index: Int) -> [Markup] {
    let series = chart.series[index]
    var pieces: [[XYChart.Point]] = [[]]
    for point in series.points {
      if chart.admits(point) {
        pieces[pieces.count - 1].append(point)
      } else if pieces.last?.isEmpty == false {
        pieces.append([])
      }
    }
    pieces.removeAll(where: \.isEmpty)
    var parts = pieces.flatMap { band($0, style: series.style) }
    switch series.style {
    case .line, .steps, .intervals:
      let lines = pieces.map { $0.map(place) }
      let path = SVG.path(series.style == .steps ? lines.map(XYPlot.steps) : lines)
      if !path.isEmpty { parts.append(.tag("path", ["class": "line", "d": path])) }
      // A line of one point is not visible.
      for piece in lines where piece.count == 1 || series.style == .intervals { parts += piece.map(dot) }
    case .points: parts += pieces.flatMap { $0.map { dot(place($0)) } }
    }
    return [.tag("g", ["class": SVG.series(series.color ?? index)], parts)]
  }

  private static func steps(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    var result: [(x: Double, y: Double)] = []
    for point in points {
      if let last = result.last { result.append((point.x, last.y)) }
      result.append(point)
    }
    return result
  }

  private func dot(_ point: (x: Double, y: Double)) -> Markup {
    .tag("circle", ["class": "point", "cx": SVG.number(point.x), "cy": SVG.number(point.y), "r": "3"])
  }

  /// The intervals of a piece of a line: an area around it, or a line through each point.
  private func band(_ points: [XYChart.Point], style: XYChart.Style) -> [Markup] {
    let bounds = points.compactMap { point -> (low: (x: Double, y: Double), high: (x: Double, y: Double))? in
      guard let low = point.low, let high = point.high, chart.y.admits(low), chart.y.admits(high) else {
        return nil
      }
      return (place(.init(point.x, low)), place(.init(point.x, high)))
    }
    guard !bounds.isEmpty else { return [] }
    if style == .points || style == .intervals {
      return bounds.map { SVG.line(from: $0.low, to: $0.high, class: "whisker") }
    }
    let outline = bounds.map(\.high) + bounds.reversed().map(\.low)
    return [.tag("path", ["class": "band", "d": SVG.path([outline]) + "Z"])]
  }
}
