/// Pieces of drawings.
///
/// Colors are classes, so that a page in dark colors has others: an element of ``series(_:)`` draws with
/// the class `line` a stroke in its color and dashes, with `area` a filled shape, with `band` a faint one and
/// with `point` a point. Texts have the classes `tick`, `axis` or `label`, lines of a grid `gridline`.
enum SVG {
  /// Returns a coordinate with one decimal.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let rounded = (value * 10).rounded() / 10 + 0
    return rounded == rounded.rounded() && rounded.magnitude < 1e9 ? "\(Int(rounded))" : "\(rounded)"
  }

  /// The number of colors, which people with a color vision deficiency can tell apart (Okabe and Ito 2008).
  static let colors = 8

  /// Returns the class of a color, from 0; they repeat.
  static func series(_ color: Int) -> String { "series-\(((color % colors) + colors) % colors + 1)" }

  /// Returns an anchor made of a name: lowercase letters, digits and hyphens.
  static func anchor(_ name: String) -> String {
    let words = name.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    return words.isEmpty ? "figure" : words.joined(separator: "-")
  }

  /// Where a text is in relation to its point.
  enum Anchor: String {
    case start, middle, end
  }

  /// Returns a text of a class.
  static func text(
    _ text: String, x: Double, y: Double, class name: String = "label", anchor: Anchor = .start
  ) -> Markup {
    .tag("text", ["class": name, "x": number(x), "y": number(y), "text-anchor": anchor.rawValue], text)
  }

  /// Returns a straight line of a class.
  static func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), class name: String
  ) -> Markup {
    .tag(
      "line",
      [
        "class": name, "x1": number(start.x), "y1": number(start.y), "x2": number(end.x), "y2": number(end.y),
      ])
  }

  /// Returns a rectangle of a class.
  static func rectangle(
    x: Double, y: Double, width: Double, height: Double, class name: String, radius: Double = 0
  ) -> Markup {
    .tag(
      "rect",
      [
        "class": name, "x": number(x), "y": number(y), "width": number(width), "height": number(height),
        "rx": number(radius),
      ])
  }

  /// Returns a path of straight lines in pieces. Points closer than three quarters of a unit to the last one
  /// drawn are left out, except the last of a piece.
  static func path(_ pieces: [[(x: Double, y: Double)]]) -> String {
    var text = ""
    for piece in pieces {
      var last: (x: Double, y: Double)?
      for (place, point) in piece.enumerated() {
        if let last, place < piece.count - 1 {
          let (right, down) = (point.x - last.x, point.y - last.y)
          if right * right + down * down < 0.5625 { continue }
        }
        text += (last == nil ? "M" : "L") + number(point.x) + " " + number(point.y)
        last = point
      }
    }
    return text
  }

  /// Returns the width that a text of a tick takes at most, roughly.
  static func width(of text: String) -> Double { 6.3 * Double(text.count) }
}
