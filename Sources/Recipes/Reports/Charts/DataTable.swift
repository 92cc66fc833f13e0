/// A table of a report. A wide one scrolls within its own box.
struct DataTable: Sendable {
  /// What a cell shows.
  enum Cell: Sendable {
    case text(String)
    /// A number, written, at the right.
    case number(String)
    /// A number, written, with a bar of a length between 0 and 1.
    case bar(String, length: Double)
    /// Elements.
    case markup([Markup])
  }

  /// What it shows, for everyone; may be empty.
  let caption: String
  let header: [String]
  /// The rows; the first cell of each is its heading.
  let rows: [[Cell]]

  init(_ caption: String, header: [String], rows: [[Cell]]) {
    (self.caption, self.header, self.rows) = (caption, header, rows)
  }

  /// The table in its box.
  var markup: Markup {
    let numbers = header.indices.map { column in
      rows.contains { row in
        if column < row.count, case .number = row[column] { true } else { false }
      }
    }
    var parts: [Markup] = caption.isEmpty ? [] : [.tag("caption", [:], [.tag("span", [:], caption)])]
    let heads = header.enumerated().map { column, title in
      Markup.tag("th", numbers[column] ? ["scope": "col", "class": "number"] : ["scope": "col"], title)
    }
    parts.append(.tag("thead", [:], [.tag("tr", [:], heads)]))
    parts.append(.tag("tbody", [:], rows.map(DataTable.row)))
    let label = caption.isEmpty ? header.joined(separator: ", ") : caption
    return .tag(
      "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": label],
      [.tag("table", [:], parts)])
  }

  private static func row(_ cells: [Cell]) -> Markup {
    .tag(
      "tr", [:],
      cells.enumerated().map { column, cell in
        var attributes = column == 0 ? [(name: "scope", value: "row")] : []
        if let name = cell.style { attributes.append((name: "class", value: name)) }
        return .element(column == 0 ? "th" : "td", attributes, cell.content)
      })
  }
}

extension DataTable.Cell {
  /// The class of the cell: texts that are sentences, or have words too long for a column, need more room.
  fileprivate var style: String? {
    switch self {
    case .text(let text):
      if text.split(separator: " ").contains(where: { $0.count > 24 }) { return "long" }
      return text.count > 60 ? "sentence" : nil
    case .number: return "number"
    case .bar: return "bar"
    case .markup: return nil
    }
  }

  fileprivate var content: [Markup] {
    switch self {
    case .text(let text), .number(let text): return [.text(text)]
    case .bar(let text, let length):
      let width = length.isFinite ? max(0, min(1, length)) * 100 : 0
      let bar = Markup.tag(
        "svg", ["viewBox": "0 0 100 10", "preserveAspectRatio": "none", "aria-hidden": "true"],
        [.tag("rect", ["width": SVG.number(width), "height": "10"])])
      return [bar, .tag("span", [:], text)]
    case .markup(let content): return content
    }
  }
}
