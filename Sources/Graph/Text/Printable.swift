extension String {
  /// The text with terminal control characters, and characters that hide or reorder their neighbors, escaped
  /// such as `\u{1B}`; line breaks too. Ordinary text is unchanged.
  ///
  ///     print("label: \(label.printable)")
  package var printable: String { escaping { $0.isPrintable } }

  /// The text of several lines, with everything but line feeds escaped as in ``printable``.
  package var printableLines: String { escaping { $0 == "\n" || $0.isPrintable } }

  private func escaping(unless isKept: (Unicode.Scalar) -> Bool) -> String {
    if unicodeScalars.allSatisfy(isKept) { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if isKept(scalar) {
        text.append(scalar)
      } else {
        text.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
      }
    }
    return String(text)
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is visible as itself. The joiners of Persian and of Indic scripts are formatting
  /// characters, but part of a word.
  fileprivate var isPrintable: Bool {
    if isASCII { return (0x20...0x7E).contains(value) }
    if value == 0x200C || value == 0x200D { return true }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}
