import Recipes
import Testing

@Suite struct SamplingTests {
  /// 60 photographs of class a, 9 of b, none of c, 3 of d.
  private func skewed() throws -> Dataset {
    let photographs = [60, 9, 0, 3].enumerated().flatMap { label, count in
      (0..<count).map { photograph("\(label)-\($0)", of: "\(label)-\($0)", label: label) }
    }
    return try Dataset(photographs, classes: ["a", "b", "c", "d"], source: "test")
  }

  @Test func everyClassIsDrawnEquallyOften() throws {
    let data = try skewed()
    let batches = try PhotographBatches(.labelled(.train), of: data, batch: 9, sampling: .balanced)
    #expect(batches.batchesPerEpoch == 8)
    for epoch in 0..<3 {
      let drawn = batches.batches(seed: 1, stage: 2, epoch: epoch)
      for batch in drawn {
        let labels = batch.compactMap { data.photographs[$0].label }
        #expect([0, 1, 2, 3].map { label in labels.count { $0 == label } } == [3, 3, 0, 3])
      }
      let times = Dictionary(grouping: drawn.joined()) { $0 }.mapValues(\.count)
      for (label, expected) in [(0, 0...1), (1, 2...3), (3, 8...8)] {
        let counts = data.photographs.indices.filter { data.photographs[$0].label == label }
          .map { times[$0, default: 0] }
        #expect(counts.allSatisfy { expected.contains($0) }, "\(counts)")
      }
    }
  }

  @Test func weightsMakeClassesCountAlike() throws {
    let weights = try skewed().balancedWeights(of: .labelled(.train))
    let expected: [Double] = [72.0 / 180, 72.0 / 27, 0, 72.0 / 9]
    #expect(weights == expected)
  }

  @Test func commonPhotographsTakeTurns() throws {
    let batches = try PhotographBatches(.labelled(.train), of: skewed(), batch: 9, sampling: .balanced)
    let seen = Set((0..<12).flatMap { batches.batches(seed: 1, stage: 2, epoch: $0).joined() })
    #expect(seen.count > 70)
  }

  @Test func theSameEpochIsTheSameAgain() throws {
    let batches = try PhotographBatches(
      .labelled(.train), of: skewed(), batch: 7, remainder: .keep, sampling: .balanced)
    let epochs = (0..<4).map { batches.batches(seed: 1, stage: 0, epoch: $0) }
    #expect((0..<4).map { batches.batches(seed: 1, stage: 0, epoch: $0) } == epochs)
    #expect(Set(epochs).count == 4)
    #expect(epochs.allSatisfy { $0.map(\.count).reduce(0, +) == 72 })
    #expect(batches.batches(seed: 2, stage: 0, epoch: 0) != epochs[0])
  }

  @Test func aPhotographThatComesAgainIsSeenInOtherViews() throws {
    let data = try skewed()
    let batches = try PhotographBatches(.labelled(.train), of: data, batch: 9, sampling: .balanced)
    for views in 1...2 {
      let samples = BatchSampler(.photographs(batches, views: views))
      let requests = samples.batches(seed: 1, stage: 0, epoch: 0).joined().map { [$0.photograph, $0.view] }
      #expect(Set(requests).count == requests.count)
      #expect(requests.count == 72 * views)
    }
  }
}
