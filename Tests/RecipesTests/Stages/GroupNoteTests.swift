import Foundation
import Testing

@testable import Recipes

/// What is said where groups add no positives.
struct GroupNoteTests {
  private func notes(
    _ selection: Selection, photographsOfEach count: Int, loss: any EmbeddingLoss = SupCon()
  ) throws -> [String] {
    let whole = try SmallClinic.dataset()
    func photographs(_ split: Split) -> [Photograph] {
      whole.patients(in: split).flatMap { $0.prefix(count).map { whole.photographs[$0] } }
    }
    var train = photographs(.train)
    if selection.hasLabels { train = Array(train.prefix(3)) }
    let dataset = try Dataset(
      train: train, validation: photographs(.validation), test: photographs(.test), classes: whole.classes,
      source: "test")
    let stage = Stage("grouped", on: selection) {
      Views(2) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      loss
      Optimize(SGD(learningRate: 0.1), batch: 3, epochs: 1)
    }
    let plan = try StagePlan(
      stage, on: dataset, fingerprint: dataset.fingerprint, size: 16, seed: 1, after: nil,
      workers: Workers(count: 1))
    return plan.notes.filter { $0.contains("for positives") }
  }

  @Test func bagsOfOneAddNoPositives() throws {
    #expect(
      try notes(.bags, photographsOfEach: 1) == [
        "grouped: no two photographs to train on are of the same patient, so the loss has only the two views of a "
          + "photograph for positives, as with .unlabelled."
      ])
    #expect(try notes(.bags, photographsOfEach: 2).isEmpty)
  }

  @Test func labelsThatNoTwoShareAddNoneEither() throws {
    #expect(
      try notes(.labelled(.train), photographsOfEach: 1) == [
        "grouped: no two photographs to train on have the same label, so the loss has only the two views of a "
          + "photograph for positives, as with .unlabelled."
      ])
    #expect(try notes(.labelled(.train), photographsOfEach: 2).isEmpty)
    // A loss that asks for no groups is not expected to gain by them.
    #expect(try notes(.labelled(.train), photographsOfEach: 1, loss: NTXent()).isEmpty)
  }
}
