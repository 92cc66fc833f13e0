import Recipes
import Testing

@Suite struct LabelShareTests {
  /// Patients of classes of 40, 40, 10 and 1, with one to three photographs each, and some without a label.
  static let data = Result {
    let sizes = [40, 40, 10, 1]
    let labelled = sizes.enumerated().flatMap { label, size in
      (0..<size).flatMap { number in
        (0...(number % 3)).map {
          photograph("\(label)-\(number)-\($0)", of: "\(label)-\(number)", label: label)
        }
      }
    }
    let others = (0..<30).map { photograph("u\($0)", of: "u\($0)") }
    let test = (0..<20).map { photograph("t\($0)", of: "t\($0)", label: $0 % 4) }
    return try Dataset(
      train: labelled + others, test: test, classes: ["a", "b", "c", "d"], source: "test")
  }

  private func patients(_ selection: Selection, of data: Dataset) -> Set<String> {
    Set(data.indices(of: selection).map { data.photographs[$0].patient })
  }

  @Test(arguments: [
    (0.001, [1, 1, 1, 1]), (0.1, [4, 4, 1, 1]), (0.5, [20, 20, 5, 1]), (0.99, [40, 40, 10, 1]),
  ])
  func keepsAShareOfEachClass(_ share: Double, _ expected: [Int]) throws {
    let data = try LabelShareTests.data.get()
    let chosen = patients(.labelled(.train, share: share), of: data)
    #expect((0..<4).map { label in chosen.count { $0.hasPrefix("\(label)-") } } == expected)
    // All labelled photographs of a chosen patient, and nobody else's.
    let whole = data.indices(of: .labelled(.train)).filter { chosen.contains(data.photographs[$0].patient) }
    #expect(data.indices(of: .labelled(.train, share: share)) == whole)
  }

  @Test func aLargerShareHasASmallerOne() throws {
    let data = try LabelShareTests.data.get()
    var smaller: Set<String> = []
    for share in stride(from: 0.02, through: 1, by: 0.02) {
      let larger = patients(.labelled(.train, share: share), of: data)
      #expect(larger.isSuperset(of: smaller))
      smaller = larger
    }
    #expect(smaller.count > 80)
  }

  @Test func whoIsChosenDependsOnTheNamesAlone() throws {
    let data = try LabelShareTests.data.get()
    let kept = data.photographs[..<data.splits.count { $0 == .train }].filter { $0.label != nil }
    let other = try Dataset(Array(kept.reversed()), classes: data.classes, source: "other")
    let selection = Selection.labelled(.train, share: 0.3)
    #expect(patients(selection, of: data) == patients(selection, of: other))
    #expect(patients(selection, of: data) != Set((0..<12).map { "0-\($0)" }))
  }

  @Test func theOtherSelectionsAreLeftAlone() throws {
    let data = try LabelShareTests.data.get()
    #expect(data.indices(of: .labelled(.test)).count == 20)
    #expect(Selection.labelled(.train, share: 0.1).summary == "labelled(train, share: 0.1)")
  }

  @Test(arguments: [0, -0.5, 1.5, .nan, .infinity])
  func refusesSharesThatAreNone(_ share: Double) throws {
    let data = try LabelShareTests.data.get()
    let error = #expect(throws: DataError.self) {
      try PhotographBatches(.labelled(.train, share: share), of: data, batch: 1)
    }
    #expect(
      error?.description
        == "a share of \(share) of the labelled patients selects none or more than all; use one above 0 and up to 1"
    )
    #expect(data.indices(of: .labelled(.train, share: share)).isEmpty)
  }
}
