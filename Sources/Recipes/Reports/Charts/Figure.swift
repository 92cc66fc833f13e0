/// A drawing of a report: a heading, the drawing with a description for those who do not see it, a legend,
/// and the numbers in it as a table that opens.
struct Figure: Sendable {
  /// An entry of the legend.
  struct Key: Sendable {
    let name: String
    /// The color, from 0; see ``SVG/series(_:)``.
    let color: Int
    /// Whether the sample is a line with the dashes of its color; otherwise it is a filled square.
    let isLine: Bool

    init(_ name: String, color: Int, isLine: Bool = true) {
      (self.name, self.color, self.isLine) = (name, color, isLine)
    }
  }

  /// Unique in the page; other characters than letters, digits and hyphens are replaced.
  let id: String
  let title: String
  /// What is to be seen, in sentences.
  let description: String
  /// The size of the drawing in its own units, which are pixels if there is enough room.
  let width: Double
  let height: Double
  let drawing: [Markup]
  let legend: [Key]
  /// The numbers.
  let table: DataTable?
  /// A note for everyone below the drawing.
  let note: String?

  init(
    _ id: String, title: String, description: String, width: Double, height: Double, drawing: [Markup],
    legend: [Key] = [], table: DataTable? = nil, note: String? = nil
  ) {
    self.id = SVG.anchor(id)
    (self.title, self.description, self.width, self.height) = (title, description, width, height)
    (self.drawing, self.legend, self.table, self.note) = (drawing, legend, table, note)
  }

  /// The `figure` element.
  var markup: Markup {
    var parts: [Markup] = [
      .tag("figcaption", ["id": "\(id)-caption"], title),
      .tag(
        "svg",
        [
          "role": "img", "viewBox": "0 0 \(SVG.number(width)) \(SVG.number(height))",
          "width": SVG.number(width), "height": SVG.number(height),
          "aria-labelledby": "\(id)-title \(id)-desc",
        ],
        [
          .tag("title", ["id": "\(id)-title"], title), .tag("desc", ["id": "\(id)-desc"], description),
        ] + drawing),
    ]
    if !legend.isEmpty { parts.append(.tag("ul", ["class": "legend"], legend.map(\.markup))) }
    if let note { parts.append(.tag("p", ["class": "note"], note)) }
    if let table {
      parts.append(
        .tag("details", [:], [.tag("summary", ["aria-label": "Numbers: \(title)"], "Numbers"), table.markup]))
    }
    return .tag("figure", ["id": id], parts)
  }

  /// Returns figures side by side where there is room.
  static func grid(_ figures: [Figure]) -> Markup {
    .tag("div", ["class": "grid"], figures.map(\.markup))
  }
}

extension Figure.Key {
  fileprivate var markup: Markup {
    let sample: Markup =
      isLine
      ? .tag("path", ["class": "line", "d": "M0 5H26"])
      : .tag("rect", ["class": "area", "x": "8", "width": "10", "height": "10"])
    return .tag(
      "li", ["class": SVG.series(color)],
      [
        .tag(
          "svg", ["viewBox": "0 0 26 10", "width": "26", "height": "10", "aria-hidden": "true"], [sample]),
        .text(name),
      ])
  }
}
