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

  /// The figure as an element, which scrolls where there is less room than it takes.
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
    let drawing = ConfusionDrawing(of: self)
    let right = classes.indices.reduce(0) { $0 + self[$1, $1] }
    let worst = confusions.prefix(3).map { sentence($0.actual, $0.predicted) }
    let all = counts.reduce(0, +).of("photograph")
    return Figure(
      id, title: title,
      description: (["\(NumberFormat.count(right)) of \(all) on the diagonal"] + worst)
        .joined(separator: "; ") + ".",
      width: drawing.width, height: drawing.height, drawing: drawing.elements, table: table)
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
