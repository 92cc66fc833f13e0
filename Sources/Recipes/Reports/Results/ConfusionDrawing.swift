/// The cells and names of a confusion matrix in coordinates.
struct ConfusionDrawing {
  private let figure: ConfusionFigure
  private let classes: [String]
  /// Whether columns have numbers and not names.
  private let isNumbered: Bool
  /// The names of rows, with their numbers.
  private let names: [String]
  /// The side of a cell.
  let side: Double
  /// The corner of the first cell: below the heads of columns, right of the names of rows.
  private let left: Double
  private let top: Double
  private let extent: Double
  let width: Double
  let height: Double

  private static let letters = 24

  init(of figure: ConfusionFigure) {
    (self.figure, classes) = (figure, figure.classes)
    isNumbered = classes.count > 10
    let heads = classes.map { $0.shortened(to: ConfusionDrawing.letters) }
    let isNumbered = isNumbered
    names = isNumbered ? heads.enumerated().map { "\($0 + 1) \($1)" } : heads
    let widest = figure.counts.max().map { SVG.width(of: NumberFormat.count($0)) } ?? 0
    side = max(isNumbered ? 26 : classes.count > 5 ? 44 : 60, widest + 6)
    extent = side * Double(classes.count)
    left = max(96, (names.map(SVG.width).max() ?? 0) + 14)
    // Heads are at an angle of 45 degrees, and the last one reaches beyond its column.
    let slanted = 0.72 * (heads.map(SVG.width).max() ?? 0)
    top = isNumbered ? 42 : 34 + slanted
    width = left + extent + (isNumbered ? 52 : max(52, slanted - side / 2 + 6))
    height = top + extent + 4
  }

  /// All of it, the later in front.
  var elements: [Markup] {
    let sums = left + extent + 46
    var parts = [
      SVG.text("true class ↓", x: left - 8, y: top - 8, class: "axis", anchor: .end),
      SVG.text("predicted class →", x: left, y: 12, class: "axis"),
      SVG.text("all", x: sums, y: top - 8, class: "axis", anchor: .end),
    ]
    for place in 0...classes.count {
      let (x, y) = (left + Double(place) * side, top + Double(place) * side)
      parts.append(SVG.line(from: (left, y), to: (left + extent, y), class: "gridline"))
      parts.append(SVG.line(from: (x, top), to: (x, top + extent), class: "gridline"))
    }
    for place in classes.indices {
      let middle = top + (Double(place) + 0.5) * side + 4
      parts.append(head(of: place))
      parts.append(text(names[place], title: classes[place], x: left - 8, y: middle, anchor: .end))
      parts.append(
        SVG.text(
          NumberFormat.count(figure.support(place)), x: sums, y: middle, class: "tick", anchor: .end))
      parts += classes.indices.compactMap { cell(place, $0) }
    }
    return parts
  }

  private func text(_ text: String, title: String, x: Double, y: Double, anchor: SVG.Anchor) -> Markup {
    .tag(
      "text",
      ["class": "label", "x": SVG.number(x), "y": SVG.number(y), "text-anchor": anchor.rawValue],
      [.tag("title", [:], title), .text(text)])
  }

  private func head(of predicted: Int) -> Markup {
    let x = left + (Double(predicted) + 0.5) * side
    let title = classes[predicted]
    if isNumbered { return text("\(predicted + 1)", title: title, x: x, y: top - 8, anchor: .middle) }
    return .tag(
      "g", ["transform": "translate(\(SVG.number(x)) \(SVG.number(top - 6))) rotate(-45)"],
      [text(names[predicted], title: title, x: 0, y: 0, anchor: .start)])
  }

  private func cell(_ actual: Int, _ predicted: Int) -> Markup? {
    let count = figure[actual, predicted]
    guard count > 0 else { return nil }
    let (x, y) = (left + Double(predicted) * side, top + Double(actual) * side)
    // Not opaque, so that the number is legible on it.
    let shade = 0.08 + 0.57 * Double(count) / Double(figure.support(actual))
    return .tag(
      "g", [:],
      [
        .tag("title", [:], figure.sentence(actual, predicted)),
        .tag(
          "g",
          [
            "class": SVG.series(actual == predicted ? 0 : 1), "opacity": NumberFormat.decimals(2)(shade),
          ],
          [SVG.rectangle(x: x + 0.5, y: y + 0.5, width: side - 1, height: side - 1, class: "area")]),
        SVG.text(
          NumberFormat.count(count), x: x + side / 2, y: y + side / 2 + 4, anchor: .middle),
      ])
  }
}
