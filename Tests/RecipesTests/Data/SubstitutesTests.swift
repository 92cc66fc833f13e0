@testable import Recipes
import Testing

/// What takes the place of a photograph that cannot be read.
@Suite struct SubstitutesTests {
  private struct Damage: Error, CustomStringConvertible { let description = "no picture" }

  /// Photographs written as patient, label ("-" if there is none) and "x" where it cannot be read; the value
  /// of each is its place in a hundred.
  private static func photographs(_ words: [String], from first: Int = 0) -> [Photograph] {
    words.enumerated().map { place, word in
      let letters = Array(word)
      return Photograph(
        id: "\(first + place)", patient: String(letters[0]), label: letters[1].wholeNumberValue
      ) {
        if letters.count > 2 { throw Damage() }
        return Image(width: 1, height: 1, filledWith: Float(first + place) / 100)
      }
    }
  }

  private func dataset(_ train: String, test: String = "") throws -> Dataset {
    let words = [train, test].map { $0.split(separator: " ").map(String.init) }
    return try Dataset(
      train: SubstitutesTests.photographs(words[0]),
      test: SubstitutesTests.photographs(words[1], from: words[0].count), classes: ["a", "b"], source: "test")
  }

  private func chosen(_ dataset: Dataset, _ index: Int, _ selection: Selection) throws -> Int {
    Int((try dataset.imageOrSubstitute(at: index, for: selection).pixels[0] * 100).rounded())
  }

  @Test(arguments: [
    // Itself; the patient's next, and after the last the first.
    ("A0 A0 B0", 0, 0, 0), ("A0x A0 B0", 0, 1, 1), ("A0 B0 A0x A0", 2, 3, 3), ("A0 B0 A0x", 2, 0, 0),
    // Of the patient's photographs labels take the ones with the same; pairs take any.
    ("A0x A1 A0", 0, 1, 2), ("A0x A1 B0", 0, 1, 2), ("A0x A- B1 B0", 0, 1, 3),
    // Another patient after the patient's first.
    ("B0 A0x B0 A0x", 1, 2, 2), ("B0 A0x B0 A0x", 3, 2, 2), ("B0 A0x", 1, 0, 0), ("A0x B0x C0", 0, 2, 2),
    ("C1 A0x B1 C0 A1x", 1, 2, 3), ("C1 A0x B1 C0 A1x", 4, 2, 2),
  ]) func isTheNextOne(_ train: String, _ index: Int, _ pair: Int, _ labelled: Int) throws {
    let data = try dataset(train, test: "T0 T1")
    #expect(try chosen(data, index, .patients) == pair)
    #expect(try chosen(data, index, .unlabelled) == pair)
    #expect(try chosen(data, index, .labelled(.train)) == labelled)
  }

  /// A stage that reads the labels of some photographs gives a labelled one's to its substitute.
  @Test(arguments: [("A0x A- A1 A0", 0, 3), ("A0x A- B1 B0", 0, 3), ("A-x A1 A0", 0, 1)])
  func hasTheLabelWhereSomePhotographsHaveOne(_ train: String, _ index: Int, _ expected: Int) throws {
    #expect(try chosen(dataset(train), index, .partlyLabelled) == expected)
  }

  @Test func staysInItsSplit() throws {
    let data = try dataset("A0", test: "B0x C0")
    #expect(try chosen(data, 1, .labelled(.test)) == 2)
    let alone = try dataset("A0", test: "B0x")
    let error = #expect(throws: DataError.self) { try alone.imageOrSubstitute(at: 1, for: .labelled(.test)) }
    #expect(
      error?.description
        == "neither photograph 1 nor 0 others that were tried in its place can be read; check the folder and the "
        + "formats of the files. The first: photograph 1 cannot be read: no picture")
  }

  @Test(arguments: [100, 101]) func isLookedForAHundredTimes(_ damaged: Int) throws {
    let words = (0..<damaged).map { _ in "A0x" } + ["B0"]
    let data = try Dataset(SubstitutesTests.photographs(words), classes: ["a"], source: "test")
    if damaged == 100 {
      #expect(try chosen(data, 0, .unlabelled) == 100)
    } else {
      let expected = DataError.nothingReadable(
        photograph: "0", others: 100, reason: "photograph 0 cannot be read: no picture")
      #expect(throws: expected) { try data.imageOrSubstitute(at: 0, for: .unlabelled) }
    }
    #expect(data.damaged.count == damaged)
  }

  @Test func damageIsNotedOnceAndInOrder() throws {
    let data = try dataset("A0x B0 C0x D0x")
    let copy = data
    for index in [2, 0, 2] { #expect(try copy.imageIfReadable(at: index) == nil) }
    #expect(data.damaged.photographs.map(\.id) == ["0", "2"])
    #expect(data.damaged.photographs[0].error == .unreadable(photograph: "0", reason: "no picture"))
  }

  @Test func strictDatasetsHaveNone() throws {
    let data = try dataset("A0x A0").strict()
    #expect(throws: DataError.unreadable(photograph: "0", reason: "no picture")) {
      try data.imageOrSubstitute(at: 0, for: .unlabelled)
    }
    #expect(throws: DataError.self) { try data.loaded() }
    let parts = try dataset("A0x A0 B0 C0 D1").strict().split(seed: 0, validation: 0, test: 0.4)
    #expect(parts.isStrict)
  }

  @Test func loadingLeavesThemWhereTheyAre() throws {
    let data = try dataset("A0x A0").loaded()
    #expect(try chosen(data, 0, .unlabelled) == 1)
    #expect(try chosen(data, 1, .unlabelled) == 1)
  }
}
