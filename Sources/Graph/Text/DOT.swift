/// Helpers for Graphviz' DOT language.
package enum DOT {
  /// Returns a text in quotes, line breaks included. Quotes are found by code point, as one may carry a
  /// combining mark.
  package static func quoted(_ text: String) -> String {
    var quoted = String.UnicodeScalarView("\"".unicodeScalars)
    for scalar in text.printableLines.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
      quoted.append(scalar)
    }
    quoted.append("\"")
    return String(quoted)
  }
}
