import Testing

@testable import Recipes

@Suite struct BatchSamplerTests {
  /// The views of a pair are of one patient, and no view is drawn twice in an epoch.
  @Test(arguments: [Int?.none, 3, 50]) func viewsOfAnEpochAreIndependent(stepsPerEpoch: Int?) throws {
    let data = try dataset(photographsPerPatient: [1, 2, 3, 5, 7, 20, 21])
    let samples = BatchSampler(
      .patients(try PatientPairs(of: data, batch: 4)), stepsPerEpoch: stepsPerEpoch)
    for epoch in 0..<4 {
      let batches = samples.batches(seed: 1, stage: 0, epoch: epoch)
      #expect(batches.count == samples.batchesPerEpoch)
      for batch in batches {
        #expect(batch.count == 8)
        for (first, second) in zip(batch.prefix(4), batch.suffix(4)) {
          #expect(data.photographs[first.photograph].patient == data.photographs[second.photograph].patient)
        }
      }
      let views = batches.joined().map { [$0.photograph, $0.view] }
      #expect(Set(views).count == views.count)
    }
  }

  /// Epochs of so many steps go through the same batches as passes over the data do.
  @Test(arguments: [1, 2, 3, 4, 5, 7, 13]) func epochsGoOnWhereTheLastEnded(stepsPerEpoch: Int) throws {
    let data = try dataset(photographsPerPatient: Array(repeating: 2, count: 17))
    let batches = try PhotographBatches(.unlabelled, of: data, batch: 8)
    #expect(batches.batchesPerEpoch == 4)
    let samples = BatchSampler(.photographs(batches, views: 2), stepsPerEpoch: stepsPerEpoch)
    #expect(samples.batchesPerEpoch == stepsPerEpoch)
    let steps = (0..<8).flatMap { epoch in
      samples.batches(seed: 3, stage: 1, epoch: epoch).map { $0.prefix(8).map(\.photograph) }
    }
    let passes = (0..<26).flatMap { batches.batches(seed: 3, stage: 1, epoch: $0) }
    #expect(steps == Array(passes.prefix(8 * stepsPerEpoch)))
  }
}
