import Recipes
import Testing

@Suite struct SplitTests {
  @Test(arguments: 0..<20 as Range<UInt64>) func patientsAreDisjointAndClassesEven(_ seed: UInt64) throws {
    let counts = (0..<200).map { 1 + $0 % 4 }
    let data = try dataset(photographsPerPatient: counts, classes: 10).split(
      seed: seed, validation: 0.15, test: 0.25)
    var splitOfPatient: [String: Set<Split>] = [:]
    var patients: [Split: [Int: Set<String>]] = [:]
    for (photograph, split) in zip(data.photographs, data.splits) {
      splitOfPatient[photograph.patient, default: []].insert(split)
      patients[split, default: [:]][photograph.label ?? -1, default: []].insert(photograph.patient)
    }
    #expect(splitOfPatient.count == 200)
    #expect(splitOfPatient.values.allSatisfy { $0.count == 1 })
    for (split, share) in [(Split.train, 12), (.validation, 3), (.test, 5)] {
      for label in 0..<10 {
        let count = patients[split]?[label]?.count ?? 0
        #expect(abs(count - share) <= 2, "\(split) has \(count) of the 20 patients of class \(label)")
      }
    }
  }

  @Test func sharesAreKeptOverAll() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 1, count: 400), classes: 26)
      .split(seed: 3, validation: 0.15, test: 0.25)
    #expect(abs(data.indices(of: .labelled(.validation)).count - 60) <= 2)
    #expect(abs(data.indices(of: .labelled(.test)).count - 100) <= 2)
  }

  @Test func seedsDecide() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 2, count: 60), classes: 3)
    let splits = try (0..<5 as Range<UInt64>).map {
      try data.split(seed: $0, validation: 0.2, test: 0.2).splits
    }
    #expect(Set(splits).count == 5)
    #expect(try data.split(seed: 0, validation: 0.2, test: 0.2).splits == splits[0])
  }

  @Test func patientsWithoutLabelsAndFirstOfAClassTrain() throws {
    let rare = photograph("rare", of: "R", label: 1)
    let common = (0..<20).map { photograph("c\($0)", of: "C\($0)", label: 0) }
    let unlabelled = (0..<20).map { photograph("u\($0)", of: "U\($0)") }
    let data = try Dataset(common + unlabelled + [rare], classes: ["common", "rare"], source: "test")
    for seed in 0..<20 as Range<UInt64> {
      let split = try data.split(seed: seed, validation: 0.25, test: 0.25)
      #expect(split.splits[20...].allSatisfy { $0 == .train })
    }
  }

  @Test(arguments: [(0.5, 0.5), (-0.1, 0.2), (0.2, -0.1), (0, 1), (.nan, 0.2)])
  func refusesSharesThatLeaveNothing(_ validation: Double, _ test: Double) throws {
    let data = try dataset(photographsPerPatient: [1, 1, 1], classes: 1)
    let error = #expect(throws: DataError.self) {
      try data.split(seed: 0, validation: validation, test: test)
    }
    #expect(error?.description.contains("use shares of at least 0 with a sum below 1") == true)
  }

  @Test func refusesASplitWithoutLabelledPatients() throws {
    let data = try dataset(photographsPerPatient: [3, 3])
    #expect(throws: DataError.emptySplit(.train, labelledPatients: 0)) {
      try data.split(seed: 0, validation: 0.2, test: 0.2)
    }
    let few = try dataset(photographsPerPatient: [1, 1], classes: 1)
    let error = #expect(throws: DataError.self) { try few.split(seed: 0, validation: 0.3, test: 0.3) }
    #expect(
      error?.description
        == "the test split would have no labelled patient: the dataset has 2;"
        + " label photographs of more patients or ask for a larger share")
  }

  @Test func noShareMeansNoPatients() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 1, count: 20), classes: 2)
      .split(seed: 1, validation: 0, test: 0.3)
    #expect(!data.splits.contains(.validation))
    #expect(data.splits.count { $0 == .test } == 6)
  }
}
