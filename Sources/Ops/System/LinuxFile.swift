import Foundation

/// A small text file of the Linux kernel; empty if it cannot be read.
package struct LinuxFile {
  /// The nonempty lines.
  package let lines: [String]

  /// Reads a file.
  package init(_ url: URL) {
    let text = (try? Data(contentsOf: url)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    lines = text.split(separator: "\n").map(String.init)
  }

  /// The first line as a number; nil if it is none.
  package var number: Int? { lines.first.flatMap { Int($0) } }

  /// The words of the first line.
  package var words: [Substring] { lines.first?.split(separator: " ") ?? [] }

  /// Returns the number that follows a word at the start of a line.
  package func number(after word: String) -> Int? { self.word(after: word).flatMap { Int($0) } }

  /// Returns the word that follows another at the start of a line.
  package func word(after word: String) -> Substring? {
    for line in lines {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count > 1, words[0] == word { return words[1] }
    }
    return nil
  }
}
