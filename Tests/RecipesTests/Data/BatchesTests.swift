import Recipes
import Testing

@Suite struct BatchesTests {
  @Test(arguments: [(LastBatch.drop, [8, 8]), (.keep, [8, 8, 4])])
  func cutsAnEpoch(_ remainder: LastBatch, _ sizes: [Int]) throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 2, count: 10))
    let batches = try PhotographBatches(.unlabelled, of: data, batch: 8, remainder: remainder)
    let epoch = batches.batches(seed: 1, stage: 0, epoch: 0)
    #expect(epoch.map(\.count) == sizes)
    #expect(batches.batchesPerEpoch == sizes.count)
    #expect(Set(epoch.joined()).count == sizes.reduce(0, +))
  }

  @Test func everyEpochHasItsOwnOrderAndTheSameOneAgain() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 2, count: 10))
    let batches = try PhotographBatches(.unlabelled, of: data, batch: 4)
    let epochs = (0..<5).map { batches.batches(seed: 1, stage: 0, epoch: $0) }
    #expect(Set(epochs).count == 5)
    #expect((0..<5).map { batches.batches(seed: 1, stage: 0, epoch: $0) } == epochs)
    #expect(batches.batches(seed: 2, stage: 0, epoch: 0) != epochs[0])
    #expect(batches.batches(seed: 1, stage: 1, epoch: 0) != epochs[0])
  }

  @Test func labelledBatchesHoldTheirSplitAlone() throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 2, count: 40), classes: 2)
      .split(seed: 0, validation: 0.25, test: 0.25)
    for split in Split.allCases {
      let batches = try PhotographBatches(.labelled(split), of: data, batch: 3, remainder: .keep)
      let seen = batches.batches(seed: 1, stage: 0, epoch: 0).joined()
      #expect(seen.sorted() == data.indices(of: .labelled(split)))
      #expect(seen.allSatisfy { data.splits[$0] == split })
    }
  }

  @Test func refusesABatchLargerThanAnEpoch() throws {
    let data = try dataset(photographsPerPatient: [2, 1])
    let tooLarge = #expect(throws: DataError.self) { try PhotographBatches(.unlabelled, of: data, batch: 4) }
    #expect(
      tooLarge?.description
        == "a batch of 4 needs as many photographs of training patients, but there are 3;"
        + " use a batch of at most 3"
    )
    let none = #expect(throws: DataError.self) {
      try PhotographBatches(.labelled(.test), of: data, batch: 4, remainder: .keep)
    }
    #expect(
      none?.description
        == "there are no labelled test photographs; check the labels and splits of the dataset")
  }
}
