@testable import Graph
import Testing

@Suite struct PrintableTests {
  @Test(arguments: [
    ("Müller, \"J\" \\ 皮膚 🩺 e\u{301}", "Müller, \"J\" \\ 皮膚 🩺 e\u{301}"),
    ("می\u{200C}خواهم", "می\u{200C}خواهم"),
    ("\u{1B}[2Jgone", "\\u{1B}[2Jgone"),
    ("a\r\nb\tc\0", "a\\u{D}\\u{A}b\\u{9}c\\u{0}"),
    ("\u{9B}31m", "\\u{9B}31m"),
    ("exe.\u{202E}gpj", "exe.\\u{202E}gpj"),
    ("zero\u{200B}width\u{FEFF}", "zero\\u{200B}width\\u{FEFF}"),
    ("a\u{2028}b\u{2029}c\u{85}d", "a\\u{2028}b\\u{2029}c\\u{85}d"),
  ])
  func showsWhatATerminalWouldObey(_ text: String, _ expected: String) {
    #expect(text.printable == expected)
    #expect(text.printable.printable == expected)
  }

  @Test func keepsLinesWhereThereAreSeveral() {
    #expect("a\nb\u{1B}\r\n".printableLines == "a\nb\\u{1B}\\u{D}\n")
  }

  @Test func quotesCannotBeHiddenFromADrawing() {
    #expect(DOT.quoted("a \"b\" \\") == "\"a \\\"b\\\" \\\\\"")
    #expect(DOT.quoted("\"\u{301}];") == "\"\\\"\u{301}];\"")
    #expect(DOT.quoted("a\nb\u{1B}") == "\"a\nb\\\\u{1B}\"")
  }
}
