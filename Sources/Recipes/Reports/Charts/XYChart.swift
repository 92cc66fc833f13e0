/// A chart of lines, steps or points over two axes, such as a loss by epoch or a ROC curve.
///
///     let chart = XYChart(
///       "roc", title: "ROC curve", x: .fraction("1 − specificity"), y: .fraction("sensitivity"),
///       series: [.init("melanoma", .steps, zip(falseRates, trueRates).map { .init($0, $1) })],
///       hasDiagonal: true)
///     section.append(chart.figure.markup)
struct XYChart: Sendable {
  /// A point, perhaps with the bounds of its interval.
  struct Point: Sendable {
    let x: Double
    let y: Double
    let low: Double?
    let high: Double?

    init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
      (self.x, self.y, self.low, self.high) = (x, y, low, high)
    }
  }

  /// How a series is drawn.
  enum Style: Sendable {
    case line
    /// A line that keeps a value up to the next point.
    case steps
    case points
    /// Points, each with its interval as a line through it, joined by a line.
    case intervals
  }

  /// Points of one name. Those that are not finite interrupt a line.
  struct Series: Sendable {
    let name: String
    let style: Style
    let points: [Point]
    /// The color; nil for the place among the series.
    let color: Int?

    init(_ name: String, _ style: Style = .line, _ points: [Point], color: Int? = nil) {
      (self.name, self.style, self.points, self.color) = (name, style, points, color)
    }
  }

  /// A value of the vertical axis to compare with, drawn as a dashed line.
  struct Reference: Sendable {
    let name: String
    let value: Double

    init(_ name: String, at value: Double) { (self.name, self.value) = (name, value) }
  }

  let id: String
  let title: String
  /// What is to be seen, in sentences; nil for the beginning, end and extremes of each series.
  let description: String?
  let x: ChartAxis
  let y: ChartAxis
  let series: [Series]
  let references: [Reference]
  /// Whether there is a line from the lower left to the upper right.
  let hasDiagonal: Bool
  let width: Double
  let height: Double
  let note: String?

  init(
    _ id: String, title: String, description: String? = nil, x: ChartAxis, y: ChartAxis, series: [Series],
    references: [Reference] = [], hasDiagonal: Bool = false, width: Double = 420, height: Double = 280,
    note: String? = nil
  ) {
    (self.id, self.title, self.description, self.x, self.y) = (id, title, description, x, y)
    (self.series, self.references, self.hasDiagonal) = (series, references, hasDiagonal)
    (self.width, self.height, self.note) = (width, height, note)
  }

  /// The chart as a figure.
  var figure: Figure {
    let plot = XYPlot(of: self)
    let keys = series.enumerated().map { place, series in
      Figure.Key(series.name, color: series.color ?? place, isLine: series.style != .points)
    }
    return Figure(
      id, title: title, description: description ?? summary, width: width, height: height,
      drawing: plot.drawing, legend: series.count > 1 ? keys : [], table: table, note: note)
  }

  /// Whether a point has a place on both axes.
  func admits(_ point: Point) -> Bool { x.admits(point.x) && y.admits(point.y) }

  /// The beginning, end and extremes of each series, in words.
  private var summary: String {
    let format = NumberFormat.digits(3)
    let sentences = series.map { series -> String in
      let points = series.points.filter(admits)
      guard let first = points.first, let last = points.last,
        let low = points.map(\.y).min(), let high = points.map(\.y).max()
      else { return "\(series.name): nothing to draw." }
      return "\(series.name): \(format(first.y)) at \(x.title) \(format(first.x)), \(format(last.y)) at "
        + "\(format(last.x)); lowest \(format(low)), highest \(format(high))."
    }
    let lines = references.map { "A line at \(format($0.value)): \($0.name)." }
    return (["\(y.title) by \(x.title)."] + sentences + lines).joined(separator: " ")
  }

  /// The most rows of the table; of more points it has some in equal distances.
  private static let rows = 120

  /// The numbers: a row for each x if all series have the same, otherwise one for each point.
  private var table: DataTable {
    let format = NumberFormat.digits(4)
    func text(_ point: Point) -> String {
      guard let low = point.low, let high = point.high else { return format(point.y) }
      return format(Interval(value: point.y, low: low, high: high))
    }
    let positions = series.first?.points.map(\.x) ?? []
    let areShared = series.allSatisfy { $0.points.map(\.x) == positions }
    var rows: [[DataTable.Cell]]
    if areShared {
      rows = positions.indices.map { place in
        [.number(format(positions[place]))] + series.map { .number(text($0.points[place])) }
      }
    } else {
      rows = series.flatMap { series in
        series.points.map { [.text(series.name), .number(format($0.x)), .number(text($0))] }
      }
    }
    let (count, limit) = (rows.count, XYChart.rows)
    if count > limit { rows = (0..<limit).map { rows[$0 * (count - 1) / (limit - 1)] } }
    let header = areShared ? [x.title] + series.map(\.name) : ["series", x.title, y.title]
    let some = count > limit ? " (\(limit) of \(NumberFormat.count(count)) points)" : ""
    return DataTable("\(title): \(y.title) by \(x.title)\(some)", header: header, rows: rows)
  }
}
