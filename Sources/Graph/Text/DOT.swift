/// Graphviz' language for drawings.
package enum DOT {
  /// A text in quotes, with its line breaks. Quotes are found by code point: one may carry a combining mark.
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
