import Recipes
import Testing

@Suite struct DatasetTests {
  @Test(
    arguments: [
      ([], [], "the dataset has no photographs; check the folder or manifest it was made from"),
      (
        [photograph("a", of: "P1"), photograph("a", of: "P2")], [],
        "two photographs have the id a; give every photograph an id of its own"
      ),
      (
        [photograph("a", of: "")], [],
        "photograph a names no patient; give each patient a name,"
          + " or use the photograph's own id if nothing is known about who it shows"
      ),
      (
        [photograph("a", of: "P1", label: 2)], ["eczema", "acne"],
        "photograph a has the label 2, but the classes are numbered from 0 to 1;"
          + " correct the label or add its class"
      ),
      (
        [photograph("a", of: "P1", label: -1)], ["eczema"],
        "photograph a has the label -1, but the classes are numbered from 0 to 0;"
          + " correct the label or add its class"
      ),
      (
        [photograph("a", of: "P1", label: 0)], [],
        "photograph a has the label 0, but the dataset names no classes;"
          + " say `classes:` where the dataset is made"
      ),
    ] as [([Photograph], [String], String)])
  func refusesBadInput(_ photographs: [Photograph], _ classes: [String], _ sentence: String) throws {
    let error = #expect(throws: DataError.self) {
      try Dataset(photographs, classes: classes, source: "test")
    }
    #expect(error?.description == sentence)
  }

  @Test func refusesAPatientInTwoSplits() throws {
    let error = #expect(throws: DataError.self) {
      try Dataset(
        train: [photograph("a", of: "P1"), photograph("b", of: "P12")], test: [photograph("c", of: "P12")],
        classes: [], source: "test")
    }
    #expect(
      error?.description
        == "patient P12 has photographs in both train and test;"
        + " put all photographs of a patient into one split,"
        + " or the scores count patients the network has seen"
    )
  }

  @Test func namesEveryLeakingPatientUpToFive() throws {
    let train = (1...7).map { photograph("a\($0)", of: "P\($0)") }
    let validation = (1...7).map { photograph("b\($0)", of: "P\($0)") }
    let error = #expect(throws: DataError.self) {
      try Dataset(
        train: train, validation: validation, test: [photograph("c", of: "P1")], classes: [], source: "test")
    }
    #expect(
      error?.description
        == "7 patients have photographs in more than one split: P1 (train and validation and test),"
        + " P2 (train and validation), P3 (train and validation), P4 (train and validation),"
        + " P5 (train and validation) and 2 more; put all photographs of a patient into one split,"
        + " or the scores count patients the network has seen")
  }

  @Test func rendersPhotographsWhenAsked() throws {
    struct Missing: Error, CustomStringConvertible { let description = "no such file" }
    let data = try Dataset(
      [
        photograph("memory", of: "P1", value: 0.25),
        Photograph(id: "drawn", patient: "P1") { Image(width: 3, height: 1, filledWith: 0.75) },
        Photograph(id: "missing", patient: "P2") { throw Missing() },
        Photograph(id: "gray", patient: "P2") { Image(width: 3, height: 1, channels: 1) },
        Photograph(id: "empty", patient: "P2") { Image(width: 0, height: 1) },
      ], classes: [], source: "test")
    #expect(try data.image(at: 0).pixels.allSatisfy { $0 == 0.25 })
    #expect(try data.image(at: 1) == Image(width: 3, height: 1, filledWith: 0.75))
    #expect(throws: DataError.unreadable(photograph: "missing", reason: "no such file")) {
      try data.image(at: 2)
    }
    #expect(throws: DataError.wrongChannels(photograph: "gray", expected: 3, found: 1)) {
      try data.image(at: 3)
    }
    #expect(throws: DataError.emptyImage(photograph: "empty")) { try data.image(at: 4) }
  }

  @Test func fingerprintFollowsTheContent() throws {
    func fingerprint(
      id: String = "a", patient: String = "P1", label: Int? = 0, value: Float = 0.5,
      classes: [String] = ["x", "y"],
      source: String = "s", isTest: Bool = false
    ) throws -> String {
      let first = photograph(id, of: patient, label: label, value: value)
      let other = photograph("b", of: "P2")
      let data =
        isTest
        ? try Dataset(train: [other], test: [first], classes: classes, source: source)
        : try Dataset([other, first], classes: classes, source: source)
      return data.fingerprint
    }
    let base = try fingerprint()
    #expect(base.count == 16)
    #expect(try fingerprint() == base)
    let changed = try [
      fingerprint(id: "c"), fingerprint(patient: "P3"), fingerprint(label: 1), fingerprint(label: nil),
      fingerprint(value: 0.6), fingerprint(classes: ["x", "z"]), fingerprint(source: "t"),
      fingerprint(isTest: true),
    ]
    #expect(Set(changed + [base]).count == changed.count + 1)
  }
}
