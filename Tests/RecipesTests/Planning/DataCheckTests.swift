import Foundation
import Testing

@testable import Recipes

/// What a pipeline's data lack is said before anything runs, all of it at once.
struct DataCheckTests {
  private func photograph(
    _ id: String, _ label: Int?, isBroken: Bool = false
  ) -> Photograph {
    if isBroken {
      return Photograph(id: id, patient: id, label: label, file: URL(filePath: "/nowhere/\(id).png"))
    }
    return Photograph(
      id: id, patient: id, label: label, image: Image(width: 16, height: 16, filledWith: 0.5))
  }

  private func dataset(
    train: [Int?], validation: [Int] = [0, 1], test: [Int] = [0, 1], broken: Set<String> = []
  ) throws -> Dataset {
    func group(_ name: String, _ labels: [Int?]) -> [Photograph] {
      labels.enumerated().map { place, label in
        photograph("\(name)\(place)", label, isBroken: broken.contains("\(name)\(place)"))
      }
    }
    return try Dataset(
      train: group("t", train), validation: group("v", validation), test: group("s", test),
      classes: ["eczema", "melanoma", "rare"], source: "test")
  }

  private func pipeline(search: Bool = false) -> Pipeline {
    Pipeline("data") {
      let simclr = SimCLR(
        SmallClinic.encoder, head: ProjectionHead(hidden: [8], output: 8),
        optimizer: SGD(learningRate: 0.05), batch: 4, epochs: 1)
      Classifier(SmallClinic.encoder, classes: 3, named: "alone", batch: 4, epochs: 1)
      Classifier(
        SmallClinic.encoder, classes: 3, named: "after", after: simclr, batch: 4, epochs: 1,
        search: search ? Search(learningRates: [0.01, 0.1]) : nil)
    }
  }

  /// The problems with a dataset; a run must find the same and leave its folder empty.
  private func problems(_ dataset: Dataset, search: Bool = false) throws -> [String] {
    let pipeline = pipeline(search: search)
    let described = try #require(throws: PipelineErrors.self) { try pipeline.memory(on: dataset, size: 16) }
    let folder = try ScratchFolder()
    let run = try #require(throws: PipelineErrors.self) {
      try pipeline.run(on: dataset, output: folder.url, size: 16, reporting: { _ in })
    }
    #expect(run == described)
    #expect(try folder.contents.isEmpty)
    return described.problems
  }

  private static let some: [Int?] = [0, 0, 1, 1, nil, nil]

  @Test func aClassifierNeedsTwoClasses() throws {
    let one = try problems(dataset(train: [1, 1, 1, nil, nil]))
    #expect(one.count == 1)
    #expect(
      one[0].hasPrefix(
        "All labelled photographs to train a classifier on, 3 in number, are of \"melanoma\", so there is nothing"
      ))
    #expect(one[0].hasSuffix("(the stages \"alone\", \"after\")"))
    let none = try problems(dataset(train: [nil, nil, nil, nil]))
    #expect(none.count == 1)
    #expect(
      none[0].hasPrefix("There are no labelled photographs to train a classifier on in labelled(train)"))
  }

  @Test func aSplitThatIsScoredOnHasLabels() throws {
    let found = try problems(dataset(train: Self.some, validation: [], test: []), search: true)
    #expect(found.count == 2)
    #expect(found[0].hasPrefix("The test split has no labelled photographs to score a classifier on"))
    #expect(found[0].hasSuffix("(the stages \"alone\", \"after\")"))
    #expect(found[1].hasPrefix("The validation split has no labelled photographs to choose settings by"))
    #expect(found[1].hasSuffix("(the stage \"after\")"))
    // Nothing is chosen without a search.
    #expect(throws: Never.self) {
      try pipeline().memory(on: dataset(train: Self.some, validation: []))
    }
  }

  /// That of a stage after one that cannot run, too.
  @Test func aBatchIsNoLargerThanTheData() throws {
    let pipeline = Pipeline("data") {
      let head = ProjectionHead(hidden: [8], output: 8)
      let simclr = SimCLR(SmallClinic.encoder, head: head, batch: 64, epochs: 1)
      MICLe(SmallClinic.encoder, after: simclr, head: head, batch: 32, epochs: 1)
    }
    let errors = try #require(throws: PipelineErrors.self) {
      try pipeline.memory(on: dataset(train: Self.some))
    }
    #expect(
      errors.problems == [
        "A batch of 64 needs as many photographs of training patients, but there are 6; use a batch of at most 6. (the "
          + "stage \"simclr\")",
        "A batch of 32 needs as many training patients, but there are 6; use a batch of at most 6. (the stage \"micle\")",
      ])
  }

  @Test func settingsAreNotChosenByOneClass() throws {
    let found = try problems(dataset(train: Self.some, validation: [1, 1]), search: true)
    #expect(found.count == 1)
    #expect(
      found[0].hasPrefix("All labelled photographs in the validation split, 2 in number, are of \"melanoma\"")
    )
  }

  @Test func aClassWithoutAReadablePhotographIsFound() throws {
    let rare = try dataset(train: Self.some + [2, 2], broken: ["t6", "t7"])
    let found = try problems(rare)
    #expect(found.count == 1)
    #expect(
      found[0].hasPrefix(
        "None of the 2 photographs of \"rare\" to train a classifier on can be read: replace"))
    #expect(found[0].contains("t6"))
    // One is enough.
    #expect(throws: Never.self) {
      try pipeline().memory(on: dataset(train: Self.some + [2, 2], broken: ["t6", "t0"]))
    }
  }

  @Test func aSplitWithoutAReadablePhotographIsFound() throws {
    let found = try problems(
      dataset(train: Self.some, broken: ["s0", "s1", "v0", "v1"]), search: true)
    #expect(found.count == 2)
    #expect(
      found[0].hasPrefix("None of the 2 labelled photographs to score a classifier on in the test split"))
    #expect(found[1].hasPrefix("None of the 2 labelled photographs in the validation split can be read"))
  }

  @Test func aStrictDatasetNamesThePhotograph() throws {
    let found = try problems(dataset(train: Self.some, broken: ["t0"]).strict())
    #expect(found.allSatisfy { $0.contains("Photograph t0 cannot be read") } && !found.isEmpty)
  }

  @Test func aNameThatIsTooLongForAFileIsFound() throws {
    let name = String(repeating: "é", count: 120)
    let long = Pipeline("long") {
      Classifier(SmallClinic.encoder, classes: 3, named: name, batch: 4, epochs: 1)
    }
    let errors = try #require(throws: PipelineErrors.self) {
      try long.memory(on: dataset(train: Self.some))
    }
    #expect(errors.problems.count == 1)
    #expect(errors.problems[0].contains("is too long for the names of its files"))
  }

  @Test func whatIsOddButWorksIsNoted() throws {
    let plan = try PipelinePlan(
      pipeline(), on: dataset(train: Self.some, test: [1, 1]), size: 16, seed: 0, workers: .shared)
    let notes = try #require(plan.stages.last).notes
    #expect(
      notes.contains { $0.contains("no photographs to train on of rare; nothing will be taken for them") })
    #expect(
      notes.contains { $0.contains("in the test split are of melanoma, so a score says only how often") })
  }
}
