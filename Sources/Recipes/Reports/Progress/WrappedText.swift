extension String {
  /// Returns the text in lines of at most `width` columns, broken between words. A wider word, such as a
  /// path, has a line to itself.
  ///
  /// - Parameter margin: The beginning of every line but the first.
  package func wrapped(to width: Int, margin: String = "") -> [String] {
    guard columns > width else { return [self] }
    var lines: [String] = []
    var line: String?
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      if let begun = line, begun.columns + 1 + String(word).columns > width,
        begun.contains(where: { $0 != " " })
      {
        lines.append(begun.withoutTrailingSpaces)
        line = word.isEmpty ? nil : margin + word
      } else {
        line = line.map { "\($0) \(word)" } ?? (lines.isEmpty ? String(word) : margin + word)
      }
    }
    return lines + [line].compactMap { $0 }
  }

  /// The lines of the text, each of at most `width` columns: longer ones are broken between words, and go on
  /// below the lines of a tree or after four spaces.
  package func linesWrapped(to width: Int) -> [String] {
    split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      let tree = line.prefix { $0 == " " || $0 == "│" }
      return String(line).wrapped(to: width, margin: tree.isEmpty ? "    " : tree + "  ")
    }
  }

  private var withoutTrailingSpaces: String {
    String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
  }

  /// The columns of a terminal that the text takes: two for a wide character of East Asia or a pictograph,
  /// none for a combining mark.
  package var columns: Int { unicodeScalars.reduce(0) { $0 + $1.columns } }

  /// Returns the text, or its beginning and an ellipsis in at most `width` columns.
  func cut(to width: Int) -> String {
    guard columns > width else { return self }
    guard width > 0 else { return "" }
    var (text, used) = ("", 0)
    for character in self {
      let own = String(character).columns
      guard used + own < width else { break }
      text.append(character)
      used += own
    }
    return text + "…"
  }
}

extension Unicode.Scalar {
  fileprivate var columns: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
