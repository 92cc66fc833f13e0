import Foundation

extension String {
  /// The text trimmed, without invisible characters such as zero-width spaces and byte order marks, with
  /// plain spaces for those of other widths, and normalized to NFC.
  var tidied: String {
    if utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return self }
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D: scalars.append(scalar)
      // The joiners of Persian and of Indic scripts are part of a word.
      case 0x200C, 0x200D: if scalars.last?.isASCII == false { scalars.append(scalar) }
      case 0...0x1F, 0x7F...0x9F, 0xAD, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F,
        0xFEFF:
        break
      case 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: scalars.append(" ")
      default: scalars.append(scalar)
      }
    }
    let text = String(scalars).trimmingCharacters(in: .whitespacesAndNewlines)
    return text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
  }

  /// A key that is equal for names that differ only in case, in spaces between words, in full-width forms, in
  /// the kind of dash or quote, in leading zeros of a number, or in `.0` after one, as spreadsheets and
  /// typists produce them.
  ///
  /// Spaces between digits are significant, and so are zeros between letters or after a decimal point.
  var spellingKey: String {
    let isPlain = utf8.allSatisfy { $0 < 0x80 }
    let text = isPlain ? lowercased() : tidied.precomposedStringWithCompatibilityMapping.lowercased()
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.map(\.typedPlainly).withoutDecimalZeros.withoutSpacesAndZeros))
  }

  /// Like ``spellingKey``, for names of classes, in which `_` and `-` are equivalent to spaces, too.
  var classKey: String { String(spellingKey.filter { $0 != "_" && $0 != "-" && $0 != " " }) }
}

extension Unicode.Scalar {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

  fileprivate var isSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" }

  fileprivate var typedPlainly: Unicode.Scalar {
    switch value {
    case 0x2010...0x2015, 0x2212: "-"
    case 0x2018, 0x2019, 0x201B: "'"
    default: self
    }
  }
}

extension [Unicode.Scalar] {
  // 12.0 is 12, but 1.2.0 is not a number.
  fileprivate var withoutDecimalZeros: ArraySlice<Unicode.Scalar> {
    let text = self[...]
    let head = text[..<(text.lastIndex { $0 != "0" } ?? text.startIndex)]
    guard head.count < text.count - 1, text[head.endIndex] == "." || text[head.endIndex] == ",",
      head.last?.isDigit == true
    else { return text }
    let number = head.suffix { $0.isDigit }
    let before = text[..<number.startIndex].last
    return before == "." || before == "," ? text : head
  }
}

extension ArraySlice<Unicode.Scalar> {
  fileprivate func suffix(while isPart: (Unicode.Scalar) -> Bool) -> ArraySlice {
    self[((lastIndex { !isPart($0) }) ?? startIndex - 1) + 1..<endIndex]
  }

  /// Removes spaces, except between digits, and leading zeros of numbers.
  fileprivate var withoutSpacesAndZeros: [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var place = startIndex
    while place < endIndex {
      let scalar = self[place]
      if scalar.isSpace {
        let next = self[place...].drop { $0.isSpace }
        if result.last?.isDigit == true, next.first?.isDigit == true { result.append(" ") }
        place = next.startIndex
      } else if scalar.isDigit {
        let digits = self[place...].prefix { $0.isDigit }
        let after = self[digits.endIndex...].first
        let isFraction = result.last == "." || result.last == ","
        let isWithinWord =
          result.last?.properties.isAlphabetic == true && after?.properties.isAlphabetic == true
        let zeros =
          isFraction || isWithinWord ? 0 : Swift.min(digits.prefix { $0 == "0" }.count, digits.count - 1)
        result.append(contentsOf: digits.dropFirst(zeros))
        place = digits.endIndex
      } else {
        result.append(scalar)
        place += 1
      }
    }
    return result
  }
}
