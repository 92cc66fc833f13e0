import Foundation
import Testing

@testable import Recipes

/// How long an epoch is, by its pairs of a patient and its steps.
struct EpochLengthTests {
  private func plan(
    on selection: Selection = .patients, photographsPerPatient counts: [Int] = [4, 4, 4, 4], batch: Int = 2,
    pairs: PairsPerPatient = .covering, stepsPerEpoch: Int? = nil
  ) throws -> StagePlan {
    let photographs = counts.enumerated().flatMap { patient, count in
      (0..<count).map { shot in
        Photograph(
          id: "P\(patient)-\(shot)", patient: "P\(patient)", label: nil,
          image: Image(width: 16, height: 16, filledWith: 0.5))
      }
    }
    let stage = Stage("paired", on: selection) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      NTXent()
      Optimize(
        SGD(learningRate: 0.1), batch: batch, pairs: pairs, epochs: 3, stepsPerEpoch: stepsPerEpoch)
    }
    return try StagePlan(
      stage, on: Dataset(photographs, classes: [], source: "test"),
      fingerprint: "test", size: 16, seed: 1, after: nil, workers: Workers(count: 1))
  }

  @Test func anEpochCoversThePhotographsUnlessToldOtherwise() throws {
    #expect(try plan().samples.batchesPerEpoch == 4)
    #expect(try plan(pairs: .atMost(1)).samples.batchesPerEpoch == 2)
    #expect(try plan(stepsPerEpoch: 7).samples.batchesPerEpoch == 7)
  }

  @Test func theHashDependsOnTheLengthOfAnEpoch() throws {
    let hashes = [
      try plan().hash, try plan(pairs: .atMost(1)).hash, try plan(pairs: .atMost(2)).hash,
      try plan(stepsPerEpoch: 4).hash, try plan(stepsPerEpoch: 5).hash,
    ]
    #expect(Set(hashes).count == hashes.count)
    #expect(try plan().hash == hashes[0])
  }

  @Test func pairsThatFindNoBatchAreTold() throws {
    func told(_ plan: StagePlan) -> [String] { plan.notes.filter { $0.contains("an epoch takes") } }
    let few = try plan(photographsPerPatient: [40, 2, 2, 2, 1])
    #expect(
      told(few) == [
        "paired: an epoch takes 8 of 24 pairs, as few patients have most of the photographs and none is twice in "
          + "a batch of 2; the others have their turn in later epochs. A smaller batch takes more of them."
      ])
    #expect(few.samples.batchesPerEpoch == 4)
    // One that does not fill a last batch is as everywhere.
    #expect(try told(plan(photographsPerPatient: [4, 4, 2])).isEmpty)
  }

  @Test(arguments: [
    (
      Selection.unlabelled, PairsPerPatient.atMost(2), Int?.none,
      "takes pairs of a patient (pairs: atMost(2)), but reads unlabelled; read .patients, or leave out pairs."
    ),
    (
      .bags, .atMost(2), nil,
      "takes pairs of a patient (pairs: atMost(2)), but reads bags; read .patients, or leave out pairs."
    ),
    (.patients, .atMost(0), nil, "takes at most 0 pairs of a patient; an epoch takes at least one."),
    (
      .patients, .covering, 0, "takes 0 steps per epoch; an epoch takes at least one and at most 1,000,000."
    ),
    (
      .unlabelled, .covering, -3,
      "takes -3 steps per epoch; an epoch takes at least one and at most 1,000,000."
    ),
    (
      .unlabelled, .covering, .max,
      "takes 9223372036854775807 steps per epoch; an epoch takes at least one and at most 1,000,000."
    ),
  ])
  func whatMakesNoEpochIsRefused(
    selection: Selection, pairs: PairsPerPatient, steps: Int?, sentence: String
  ) throws {
    let error = try #require(throws: PipelineErrors.self) {
      try plan(on: selection, pairs: pairs, stepsPerEpoch: steps)
    }
    #expect(error.problems == ["The stage \"paired\" \(sentence)"])
  }
}
