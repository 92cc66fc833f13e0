@testable import Recipes
import Testing

/// What counts as the same name.
@Suite struct TidyTextTests {
  @Test(
    arguments: [
      ("P1", "P1"), (" P1\t", "P1"), ("P1\u{A0}", "P1"), ("\u{FEFF}P1", "P1"), ("P\u{200B}1", "P1"),
      ("P1\r\n", "P1"),
      ("Anna\u{A0}Berg", "Anna Berg"), ("Anna\u{3000}Berg", "Anna Berg"), ("Anna  Berg", "Anna  Berg"),
      ("P\u{AD}1\u{2060}", "P1"), ("\u{202A}P1\u{202C}", "P1"), ("P1\u{0}", "P1"), ("\u{3000}", ""),
      ("a\nb", "a\nb"), ("日本", "日本"),
    ])
  func whatNobodySeesIsLeftOut(_ text: String, _ tidied: String) {
    #expect(text.tidied.utf8.elementsEqual(tidied.utf8))
  }

  @Test func accentsAreOneCharacter() {
    #expect("Mu\u{308}ller".tidied.utf8.elementsEqual("Müller".utf8))
  }

  @Test(
    arguments: [
      ("E000", "e000"), ("12", "12.0"), ("12", "12,00"), ("0", "0.0"), ("000e", "0e"), ("007", "7"),
      ("P007", "p7"),
      ("P 7", "P7"), ("Anna  Berg", "Anna Berg"), ("Ｐ１２", "P12"), ("P12.0", "P12"), ("P–1", "P-1"),
      ("0012.0", "12"),
      ("1-01", "1-1"), ("O’Neill", "O'Neill"), ("ﬁn", "fin"), ("MÜLLER", "Müller"), ("1  2", "1 2"),
    ])
  func spellingsOfAName(_ name: String, _ other: String) {
    #expect(name.spellingKey == other.spellingKey)
  }

  @Test(
    arguments: [
      ("P1", "P2"), ("1.5", "1.05"), ("1 12", "11 2"), ("1 2", "12"), ("1.2.0", "1.2"), ("10", "1"),
      ("120", "12"),
      ("-1", "1"), ("P-1-2", "P-12"), ("a0b", "ab"), ("a01b", "a1b"), ("1_2", "12"), ("100", "1"),
      ("Müller", "Muller"),
    ])
  func otherNames(_ name: String, _ other: String) {
    #expect(name.spellingKey != other.spellingKey)
  }

  @Test func namesOfClassesHaveOtherSpaces() {
    #expect("Basal cell carcinoma".classKey == "basal_cell-carcinoma".classKey)
    #expect("type 1".classKey != "type 2".classKey)
  }
}
