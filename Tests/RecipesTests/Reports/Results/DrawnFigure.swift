import Testing

@testable import Recipes

/// The elements of a tree, for tests of what is drawn.
extension Markup {
  /// The elements with a name, in order.
  func all(_ name: String) -> [(attributes: [String: String], text: String)] {
    guard case .element(let own, let attributes, let children) = self else { return [] }
    let found = children.flatMap { $0.all(name) }
    guard own == name else { return found }
    return [(Dictionary(attributes.map { ($0.name, $0.value) }) { first, _ in first }, text)] + found
  }

  /// The texts in it, without those of titles.
  var text: String {
    switch self {
    case .text(let text): text
    case .verbatim: ""
    case .element("title", _, _): ""
    case .element(_, _, let children): children.map(\.text).joined()
    }
  }
}

extension [Markup] {
  /// The elements with a name, in order.
  func all(_ name: String) -> [(attributes: [String: String], text: String)] { flatMap { $0.all(name) } }

  /// The rows of the first table, with their texts.
  var rows: [[String]] {
    for element in self {
      if let rows = element.rows { return rows }
    }
    return []
  }
}

extension Markup {
  fileprivate var rows: [[String]]? {
    guard case .element(let name, _, let children) = self else { return nil }
    if name == "table" {
      return children.flatMap { part -> [[String]] in
        guard case .element("tbody", _, let rows) = part else { return [] }
        return rows.map { row in
          guard case .element("tr", _, let cells) = row else { return [] }
          return cells.map(\.text)
        }
      }
    }
    return children.lazy.compactMap(\.rows).first
  }
}

/// What is drawn outside of the figures in some elements, by name and coordinates. Texts count with their
/// estimated width.
func outside(_ elements: [Markup], texts: Bool = true) -> [String] {
  elements.flatMap { element -> [String] in
    guard case .element(let name, let list, let children) = element else { return [] }
    let attributes = Dictionary(list.map { ($0.name, $0.value) }) { first, _ in first }
    guard name == "svg", attributes["role"] == "img" else { return outside(children, texts: texts) }
    let box = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
    guard box.count == 4 else { return ["no box"] }
    var drawing = DrawnFigure(width: box[2], height: box[3], texts: texts)
    children.forEach { drawing.check($0) }
    return drawing.wrong
  }
}

/// A check of what is drawn in a box.
private struct DrawnFigure {
  let width: Double
  let height: Double
  let texts: Bool
  var wrong: [String] = []

  private mutating func check(_ x: Double?, _ y: Double?, _ what: String) {
    let isInside =
      if let x, let y { x >= -0.5 && y >= -0.5 && x <= width + 0.5 && y <= height + 0.5 } else { false }
    if !isInside { wrong.append("\(what) at \(x ?? .nan), \(y ?? .nan) of \(width), \(height)") }
  }

  mutating func check(_ element: Markup) {
    guard case .element(let name, let list, let children) = element else { return }
    let attributes = Dictionary(list.map { ($0.name, $0.value) }) { first, _ in first }
    func number(_ key: String) -> Double { Double(attributes[key] ?? "0") ?? .nan }
    switch name {
    case "line":
      check(number("x1"), number("y1"), "line")
      check(number("x2"), number("y2"), "line")
    case "circle": check(number("cx"), number("cy"), "circle")
    case "rect":
      check(number("x"), number("y"), "rect")
      check(number("x") + number("width"), number("y") + number("height"), "rect")
    case "path":
      for pair in (attributes["d"] ?? "").split(whereSeparator: { "MLZ".contains($0) }) {
        let numbers = pair.split(separator: " ").map { Double($0) ?? .nan }
        check(numbers.first, numbers.last, "path")
      }
    case "text" where texts:
      let length = SVG.width(of: element.text)
      let anchors: [String: Double] = ["end": 1, "middle": 0.5]
      let start = anchors[attributes["text-anchor"] ?? "", default: 0]
      check(number("x") - start * length, number("y"), "text \(element.text)")
      check(number("x") + (1 - start) * length, number("y"), "text \(element.text)")
    case "g" where attributes["transform"] != nil:
      // Turned by 45 degrees about a point.
      let numbers = (attributes["transform"] ?? "").matches(of: /-?[0-9.]+/).map { Double($0.output) ?? .nan }
      let length = SVG.width(of: element.text) * 0.7072
      check(numbers[0], numbers[1], "turned text")
      check(numbers[0] + length, numbers[1] - length, "turned text \(element.text)")
      return
    default: break
    }
    for child in children { check(child) }
  }
}
