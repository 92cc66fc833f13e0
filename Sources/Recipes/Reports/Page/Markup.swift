import Foundation

/// A tree of HTML or SVG elements. Texts and attributes are escaped when it is written, so that names and
/// labels from files are inert.
public indirect enum Markup: Sendable {
  case text(String)
  case element(String, [(name: String, value: String)], [Markup])
  /// A style sheet or script of the program's own; never anything from a file.
  case verbatim(StaticString)

  /// Creates an element.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Its attributes, in order.
  ///   - children: What it contains.
  public static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { (name: $0, value: $1) }, children)
  }

  /// Creates an element with a text in it.
  ///
  /// - Parameters:
  ///   - name: The element's name.
  ///   - attributes: Its attributes, in order.
  ///   - text: What it contains; characters with a meaning in HTML are escaped.
  public static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ text: String
  ) -> Markup {
    tag(name, attributes, [.text(text)])
  }

  private static let empty: Set = ["meta", "img", "br", "input", "link", "hr", "col"]

  /// The text of the tree.
  public var html: String {
    var text = ""
    write(to: &text)
    return text
  }

  func write(to output: inout String) {
    switch self {
    case .text(let text): output += Markup.escaped(text)
    case .verbatim(let text): output += "\(text)"
    case .element(let name, let attributes, let children):
      output += "<\(name)"
      for (name, value) in attributes { output += " \(name)=\"\(Markup.escaped(value))\"" }
      output += ">"
      if Markup.empty.contains(name) { return }
      for child in children { child.write(to: &output) }
      output += "</\(name)>"
    }
  }

  /// Returns a text without markup; control characters, and those that reverse the direction of writing,
  /// become visible.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
