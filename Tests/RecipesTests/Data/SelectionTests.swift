import Recipes
import Testing

@Suite struct SelectionTests {
  static let data = Result {
    try Dataset(
      train: [
        photograph("a", of: "P1", label: 0), photograph("b", of: "P2"), photograph("c", of: "P1"),
        photograph("d", of: "P3", label: 1),
      ],
      validation: [photograph("e", of: "P4", label: 0), photograph("f", of: "P4")],
      test: [photograph("g", of: "P5", label: 1), photograph("h", of: "P6")],
      classes: ["x", "y"], source: "test")
  }

  @Test(arguments: [
    (Selection.unlabelled, "unlabelled", [0, 1, 2, 3]),
    (.patients, "patients", [0, 1, 2, 3]),
    (.labelled(.train), "labelled(train)", [0, 3]),
    (.labelled(.validation), "labelled(validation)", [4]),
    (.labelled(.test), "labelled(test)", [6]),
    (.labelled(.train, share: 1), "labelled(train)", [0, 3]),
  ]) func selectsBySplitAndLabel(_ selection: Selection, _ summary: String, _ expected: [Int]) throws {
    #expect(try SelectionTests.data.get().indices(of: selection) == expected)
    #expect(selection.summary == summary)
  }

  @Test(arguments: [(Split.train, [[0, 2], [1], [3]]), (.validation, [[4, 5]]), (.test, [[6], [7]])])
  func groupsPatients(_ split: Split, _ expected: [[Int]]) throws {
    #expect(try SelectionTests.data.get().patients(in: split) == expected)
  }
}
