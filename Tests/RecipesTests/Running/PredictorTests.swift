import Foundation
@testable import Recipes
import Testing

struct PredictorTests {
  private func report(in folder: ScratchFolder) throws -> Report {
    let pipeline = Pipeline("p") {
      Classifier(
        SmallClinic.encoder, classes: 3, named: "branch", batch: 8, epochs: 1, averagingFlips: true)
    }
    return try pipeline.run(
      on: try SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), log: { _ in })
  }

  @Test func saysWhatTheRunSaid() throws {
    let folder = try ScratchFolder()
    let report = try report(in: folder)
    let scores = try #require(
      try SafeTensors.read(folder.url.appending(path: "branch.classifier.predictions.safetensors"))["scores"])
    let predictor = try Predictor(
      SmallClinic.encoder, weights: report.stages[0].weights, workers: Workers(count: 1))
    #expect(predictor.classes == ["a", "b", "c"])
    let dataset = try SmallClinic.dataset()
    let test = dataset.indices(of: .labelled(.test))
    let answers = predictor.ranked(try test.map { try dataset.image(at: $0) })
    #expect(answers.count == scores.shape[0])
    for (place, answer) in answers.enumerated() {
      #expect(answer.map(\.probability) == answer.map(\.probability).sorted(by: >))
      for (index, name) in predictor.classes.enumerated() {
        let own = answer.first { $0.name == name }?.probability
        #expect(own == scores.floats[place * 3 + index])
      }
    }
  }

  @Test func whatIsNoClassifierIsRefused() throws {
    let folder = try ScratchFolder()
    let report = try report(in: folder)
    let file = folder.url.appending(path: "other.safetensors")
    try SafeTensors.write([NamedTensor("conv1.weight", shape: [1], [0])], to: file)
    #expect(throws: RunError.noClassifier(file: file.path)) {
      _ = try Predictor(SmallClinic.encoder, weights: file)
    }
    let weights = report.stages[0].weights
    #expect(throws: RunError.otherNetwork(file: weights.path)) {
      _ = try Predictor(ResNet(.resNet18), weights: weights)
    }
    #expect(throws: WeightsError.self) {
      _ = try Predictor(SmallClinic.encoder, weights: folder.url.appending(path: "none"))
    }
  }
}
