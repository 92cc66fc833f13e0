import Foundation

/// Whether what was printed is what an article shows: the same words, however they are broken into lines, and
/// numbers that differ by no more than a share of the larger one.
func agrees(_ printed: String, with text: String, numbersWithin share: Double) -> Bool {
  let (one, other) = (Printed(printed), Printed(text))
  guard one.words == other.words, one.numbers.count == other.numbers.count else { return false }
  return zip(one.numbers, other.numbers).allSatisfy {
    $0 == $1 || abs($0 - $1) <= share * max(abs($0), abs($1))
  }
}

/// A text with its numbers taken out.
private struct Printed {
  var words = ""
  var numbers: [Double] = []

  init(_ text: String) {
    let number = /[-+]?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?/
    var rest = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")[...]
    while let match = rest.firstMatch(of: number) {
      words += rest[..<match.range.lowerBound] + "#"
      numbers.append(Double(match.0) ?? .nan)
      rest = rest[match.range.upperBound...]
    }
    words += rest
  }
}
