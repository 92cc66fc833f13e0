/// A confusion matrix as a figure: a row for each true class, a column for each predicted one, cells shaded
/// by their share of the row, with the counts in them.
///
/// Columns of more than ten classes have numbers, which stand before the names of rows too.
struct ConfusionFigure: Sendable {
  let classes: [String]
  /// The counts, `[true class, predicted class]`, row-major.
  let counts: [Int]

  /// The sum of the matrices of repetitions.
  init(_ matrices: [ConfusionMatrix], classes: [String]) {
    self.classes = classes
    counts = matrices.reduce(into: [Int](repeating: 0, count: classes.count * classes.count)) { sum, matrix in
      for place in sum.indices { sum[place] += matrix.counts[place] }
    }
  }

  /// Returns the number of photographs of class `actual` that were taken for class `predicted`.
  subscript(_ actual: Int, _ predicted: Int) -> Int { counts[actual * classes.count + predicted] }

  /// Returns the number of photographs of a class.
  func support(_ actual: Int) -> Int {
    counts[(actual * classes.count)..<((actual + 1) * classes.count)].reduce(0, +)
  }

  /// The pairs of classes that are confused most often, most first.
  var confusions: [(actual: Int, predicted: Int, count: Int)] {
    classes.indices.flatMap { actual in
      classes.indices.map { (actual: actual, predicted: $0, count: self[actual, $0]) }
    }.filter { $0.actual != $0.predicted && $0.count > 0 }
      .sorted { ($1.count, $0.actual, $0.predicted) < ($0.count, $1.actual, $1.predicted) }
  }

  /// A sentence about a cell.
  func sentence(_ actual: Int, _ predicted: Int) -> String {
    let (count, all) = (self[actual, predicted], support(actual))
    let share = all > 0 ? " (\(NumberFormat.percent(0)(Double(count) / Double(all))))" : ""
    let what = actual == predicted ? "recognized" : "taken for \(classes[predicted])"
    return "\(classes[actual]) \(what): \(NumberFormat.count(count)) of \(NumberFormat.count(all))\(share)"
  }

  /// The figure, which scrolls where there is less room than it takes.
  func markup(_ id: String, title: String) -> Markup {
    guard case .element(let name, let attributes, let children) = figure(id, title: title).markup else {
      return .text("")
    }
    let parts = children.map { part in
      guard case .element("svg", _, _) = part else { return part }
      return Markup.tag(
        "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": title], [part])
    }
    return .element(name, attributes, parts)
  }

  /// The figure.
  func figure(_ id: String, title: String) -> Figure {
    let right = classes.indices.reduce(0) { $0 + self[$1, $1] }
    let worst = confusions.prefix(3).map { sentence($0.actual, $0.predicted) }
    let all = counts.reduce(0, +).of("photograph")
    return Figure(
      id, title: title,
      description: (["\(NumberFormat.count(right)) of \(all) on the diagonal"] + worst)
        .joined(separator: "; ") + ".",
      width: left + extent + margin, height: top + extent + 4, drawing: drawing, table: table)
  }

  private var table: DataTable {
    DataTable(
      "Photographs by true class (rows) and predicted class (columns)",
      header: ["true class"] + classes + ["all"],
      rows: classes.indices.map { actual in
        [.text(classes[actual])] + classes.indices.map { .number(NumberFormat.count(self[actual, $0])) }
          + [.number(NumberFormat.count(support(actual)))]
      })
  }
}

// The geometry, in pixels.
extension ConfusionFigure {
  private static let letters = 24

  var isNumbered: Bool { classes.count > 10 }

  /// The side of a cell.
  var side: Double {
    let widest = counts.map { SVG.width(of: NumberFormat.count($0)) }.max() ?? 0
    return max(isNumbered ? 26 : 44, widest + 6)
  }

  private var extent: Double { side * Double(classes.count) }

  /// The room for the names of rows.
  private var left: Double {
    max(84, (classes.indices.map { SVG.width(of: name(of: $0)) }.max() ?? 0) + 14)
  }

  /// The room for the heads of columns: numbers, or names at an angle of 45 degrees.
  private var top: Double { isNumbered ? 42 : 34 + slanted }

  private var slanted: Double {
    0.72 * (classes.map { SVG.width(of: $0.shortened(to: ConfusionFigure.letters)) }.max() ?? 0)
  }

  /// The room for the sums, and for the last slanted name.
  private var margin: Double { isNumbered ? 52 : max(52, slanted - side / 2 + 6) }

  private func name(of actual: Int) -> String {
    (isNumbered ? "\(actual + 1) " : "") + classes[actual].shortened(to: ConfusionFigure.letters)
  }

  private var drawing: [Markup] {
    let sums = left + extent + 46
    var parts = [
      SVG.text("true class ↓", x: left - 8, y: top - 8, class: "axis", anchor: .end),
      SVG.text("predicted class →", x: left, y: 12, class: "axis"),
    ]
    if isNumbered { parts.append(SVG.text("all", x: sums, y: top - 8, class: "axis", anchor: .end)) }
    for place in 0...classes.count {
      let (x, y) = (left + Double(place) * side, top + Double(place) * side)
      parts.append(SVG.line(from: (left, y), to: (left + extent, y), class: "gridline"))
      parts.append(SVG.line(from: (x, top), to: (x, top + extent), class: "gridline"))
    }
    for place in classes.indices {
      let middle = top + (Double(place) + 0.5) * side + 4
      parts.append(head(of: place))
      parts.append(titled(name(of: place), classes[place], x: left - 8, y: middle, anchor: .end))
      parts.append(
        SVG.text(NumberFormat.count(support(place)), x: sums, y: middle, class: "tick", anchor: .end))
      parts += classes.indices.flatMap { cell(place, $0) }
    }
    return parts
  }

  private func titled(_ text: String, _ title: String, x: Double, y: Double, anchor: SVG.Anchor) -> Markup {
    .tag(
      "text",
      ["class": "label", "x": SVG.number(x), "y": SVG.number(y), "text-anchor": anchor.rawValue],
      [.text(text), .tag("title", [:], title)])
  }

  private func head(of predicted: Int) -> Markup {
    let x = left + (Double(predicted) + 0.5) * side
    if isNumbered { return titled("\(predicted + 1)", classes[predicted], x: x, y: top - 8, anchor: .middle) }
    return .tag(
      "g", ["transform": "translate(\(SVG.number(x)) \(SVG.number(top - 6))) rotate(-45)"],
      [
        titled(
          classes[predicted].shortened(to: ConfusionFigure.letters), classes[predicted], x: 0, y: 0,
          anchor: .start)
      ])
  }

  private func cell(_ actual: Int, _ predicted: Int) -> [Markup] {
    let (x, y) = (left + Double(predicted) * side, top + Double(actual) * side)
    let count = self[actual, predicted]
    guard count > 0 || actual == predicted else { return [] }
    // Not opaque, so that the number is legible on it.
    let share = count > 0 ? 0.08 + 0.57 * Double(count) / Double(support(actual)) : 0
    let parts: [Markup] = [
      .tag("title", [:], sentence(actual, predicted)),
      .tag(
        "g", ["class": SVG.series(actual == predicted ? 0 : 1), "opacity": NumberFormat.decimals(2)(share)],
        [SVG.rectangle(x: x + 0.5, y: y + 0.5, width: side - 1, height: side - 1, class: "area")]),
      SVG.text(
        NumberFormat.count(count), x: x + side / 2, y: y + side / 2 + 4, class: "tick", anchor: .middle),
    ]
    return [.tag("g", [:], parts)]
  }
}
