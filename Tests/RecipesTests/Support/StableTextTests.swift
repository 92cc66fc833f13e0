import Ops
import Testing

@testable import Recipes

struct StableTextTests {
  private enum Mode: Hashable { case plain, scaled(Double, by: Int) }

  private enum Named: String { case first = "1st" }

  private struct Own: Hashable {
    let mode: Mode
    let name: String?
    let words: Set<String>
    let numbers: [String: Int]
    @Incidental var place = 3
  }

  private func text(_ value: Any) -> String { StableText(of: value).text }

  @Test func aTypeFromOutsideIsWrittenByItsProperties() {
    let own = Own(mode: .scaled(0.1, by: 2), name: "a", words: ["y", "x"], numbers: ["two": 2, "one": 1])
    #expect(
      text(own)
        == #"~Own(~Mode.scaled((0.1,2)),"a",["\"x\"", "\"y\""],["(\"one\",1)", "(\"two\",2)"])"#)
    #expect(text(Own(mode: .plain, name: nil, words: [], numbers: [:])) == "~Own(~Mode.plain(),nil,[],[])")
    #expect(text(Named.first) == "~Named(\"1st\")")
  }

  @Test func whatDiffersIsWrittenOtherwise() {
    let values: [Any] = [
      1, 1.5, "1", true, "nil", String?.none as Any, ["a", "b"], ["a,b"], ["a\",\"b"], [["a"], "b"] as [Any],
      -0.0, 0.0, Float.nan, RandomGrayscale(), Selection.bags, Shape([2, 3]), TensorType([2, 3], .float32),
      TensorType([2, 3], .float64), Constant(splat: 0.1, TensorType([], .float32)),
      Constant(splat: 0.2, TensorType([], .float32)),
    ]
    let texts = values.map(text)
    #expect(Set(texts).count == texts.count, "\(texts)")
  }

  @Test func whatIsIncidentalIsLeftOut() {
    let own = Own(mode: .plain, name: nil, words: [], numbers: [:])
    var other = own
    other.place = 4
    #expect(text(own) == text(other))
  }

  @Test func storedValuesAreTheirIdentity() {
    func stored(_ identity: String) -> Initializer {
      .stored(StoredValues(identity: identity) { [] })
    }
    #expect(text(stored("a")) == text(stored("a")))
    #expect(text(stored("a")) != text(stored("b")))
  }
}
