import Foundation
@testable import Recipes
import TestSupport
import Testing

struct PredictorTests {
  private func report(in folder: ScratchFolder) throws -> Report {
    let pipeline = Pipeline("p") {
      Classifier(
        SmallClinic.encoder, classes: 3, named: "branch", batch: 8, epochs: 1, averagingFlips: true)
    }
    return try pipeline.run(
      on: try SmallClinic.dataset(), output: folder.url, workers: Workers(count: 1), reporting: { _ in })
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
    let answers = try predictor.predict(test.map { try dataset.image(at: $0) })
    #expect(answers.count == scores.shape[0])
    for (place, answer) in answers.enumerated() {
      #expect(answer.map(\.probability) == answer.map(\.probability).sorted(by: >))
      for (index, name) in predictor.classes.enumerated() {
        let own = answer.first { $0.name == name }?.probability
        #expect(own == scores.floats[place * 3 + index])
      }
    }
  }

  /// Colors and transparency are as for files; what has no such meaning is said.
  @Test func photographsOfOtherChannels() throws {
    let folder = try ScratchFolder()
    let predictor = try Predictor(
      SmallClinic.encoder, weights: report(in: folder).stages[0].weights, workers: Workers(count: 1))
    let gray = noise(height: 20, width: 24, channels: 1)
    var color = Image(width: 24, height: 20)
    for place in color.pixels.indices { color.pixels[place] = gray.pixels[place / 3] }
    #expect(try predictor.predict([gray]) == predictor.predict([color]))
    #expect(throws: ImageError.wrongChannels(asked: 3, found: 5)) {
      try predictor.predict([color, noise(height: 20, width: 24, channels: 5)])
    }
  }

  /// Files of patients of three classes, of several sizes, formats and orientations.
  private func photographs(in folder: ScratchFolder) throws -> [Photograph] {
    let jpeg = try (1...8).map { try ImageFixture.bytes("orientation/\($0).jpg") }
    return try (0..<36).map { index in
      let file: URL
      if index % 3 == 2, Decoders.jpeg {
        file = folder.url.appending(path: "\(index).jpg")
        try Data(jpeg[index / 3 % 8]).write(to: file)
      } else {
        file = folder.url.appending(path: "\(index).png")
        let (height, width) = [(40, 90), (131, 70), (12, 9), (300, 2)][index % 4]
        var image = noise(height: height, width: width)
        for place in image.pixels.indices where place / (3 * (2 + index % 3)) % 2 == 0 {
          image.pixels[place] *= 0.3
        }
        try image.png().write(to: file)
      }
      return Photograph(id: "\(index)", patient: "\(index)", label: index % 3, file: file)
    }
  }

  /// A run's stored scores and a predictor's probabilities are the same bits, in whatever order and company
  /// files come.
  @Test(.needsPNG, arguments: [nil, 24]) func filesAreSeenAsTheRunSawThem(_ shorterSide: Int?) throws {
    let folder = try ScratchFolder()
    let photographs = try photographs(in: folder)
    var dataset = try Dataset(
      train: Array(photographs[..<12]), validation: Array(photographs[12..<18]),
      test: Array(photographs[18...]), classes: ["a", "b", "c"], source: "test")
    if let shorterSide {
      dataset = dataset.cached(in: folder.url.appending(path: "cache"), shorterSide: shorterSide)
    }
    let pipeline = Pipeline("p") {
      Classifier(SmallClinic.encoder, classes: 3, named: "branch", batch: 8, epochs: 1, averagingFlips: true)
    }
    let output = folder.url.appending(path: "run")
    let report = try pipeline.run(
      on: dataset, output: output, size: 16, workers: Workers(count: 2), reporting: { _ in })
    let scores = try #require(
      try SafeTensors.read(output.appending(path: "branch.classifier.predictions.safetensors"))["scores"])
    let predictor = try Predictor(SmallClinic.encoder, weights: report.stages[0].weights)
    let missing = folder.url.appending(path: "missing.png")
    let test = Array(photographs[18...].enumerated())
    for order in [test, test.reversed(), Array(test[3...8]), [test[7]]] {
      let files = order.compactMap { if case .file(let file) = $1.content { file } else { nil } }
      let answers = try predictor.predict([missing] + files)
      #expect(throws: ImageError.self) { try answers[0].get() }
      try #require(answers.count == order.count + 1)
      for ((place, _), answer) in zip(order, answers.dropFirst()) {
        for known in try answer.get() {
          let index = try #require(predictor.classes.firstIndex(of: known.name))
          #expect(known.probability == scores.floats[place * 3 + index])
        }
      }
    }
  }

  @Test func aFileThatDoesNotSayHowItsPhotographsWerePreparedIsRefused() throws {
    let folder = try ScratchFolder()
    let weights = try report(in: folder).stages[0].weights
    let stored = try SafeTensors.read(weights)
    let key = "loupe.classifier"
    let note = try #require(stored.metadata[key])
    let preparation = #""preparation":{"version":1},"#
    try #require(note.contains(preparation))
    let file = folder.url.appending(path: "older.safetensors")
    for other in ["", #""preparation":{"version":0},"#] {
      var metadata = stored.metadata
      metadata[key] = note.replacing(preparation, with: other)
      let tensors = try stored.names.map { try stored.tensor(named: $0) }
      try SafeTensors.write(tensors, metadata: metadata, isSealed: true, to: file)
      #expect(throws: RunError.otherPreparation(file: file.path)) {
        _ = try Predictor(SmallClinic.encoder, weights: file)
      }
    }
  }

  @Test(arguments: ["loupe.history", "loupe.classifier", "loupe.mean", "loupe.checksum", "\\\"b\\\""])
  func damagedNotesAreRefused(place: String) throws {
    let folder = try ScratchFolder()
    let file = try report(in: folder).stages[0].weights
    var bytes = try Data(contentsOf: file)
    let range = try #require(bytes.range(of: Data(place.utf8)))
    bytes[range.lowerBound + 2] ^= 1
    try bytes.write(to: file)
    #expect(throws: (any Error).self) {
      _ = try Predictor(SmallClinic.encoder, weights: file, workers: Workers(count: 1))
    }
  }

  @Test func aDamagedWeightIsRefused() throws {
    let folder = try ScratchFolder()
    let file = try report(in: folder).stages[0].weights
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 100] ^= 0x10
    try bytes.write(to: file)
    #expect(throws: WeightsError.damaged(file: file.path)) {
      _ = try Predictor(SmallClinic.encoder, weights: file, workers: Workers(count: 1))
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
