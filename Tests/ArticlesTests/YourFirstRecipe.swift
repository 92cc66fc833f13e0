import Foundation
import Recipes
import Testing

private struct Moles {
  var encoder = ResNet(.resNet18, stem: .small)
  var batch = 64
  var epochs = 40

  var pipeline: Pipeline {
    Pipeline("moles") {
      let simclr = SimCLR(encoder, batch: batch, epochs: epochs)
      Classifier(encoder, classes: 3, named: "no pretraining", epochs: epochs)
      Classifier(encoder, classes: 3, named: "SimCLR", after: simclr, epochs: epochs)
    }
  }
}

// The same, with the first stage opened up.
private struct Opened {
  var encoder = ResNet(.resNet18, stem: .small)
  var batch = 64
  var epochs = 40

  // swift-format-ignore: the views are in one line, as their description is
  var pipeline: Pipeline {
    Pipeline("moles") {
      let simclr = Stage("simclr", on: .unlabelled) {
        Views(2) { RandomResizedCrop(area: 0.2...1); RandomFlip(vertical: 0.5); ColorJitter(strength: 0.5) }
        encoder
        ProjectionHead()
        NTXent(temperature: 0.1)
        Optimize(LARS(learningRate: 0.3), scaling: .linear, batch: batch, epochs: epochs)
      }
      Classifier(encoder, classes: 3, named: "no pretraining", epochs: epochs)
      Classifier(encoder, classes: 3, named: "SimCLR", after: simclr, epochs: epochs)
    }
  }
}

private func photographs(_ manifest: URL) throws -> Dataset {
  let reading = try Dataset.reading(manifest)
  print(reading.summary)
  return try reading.dataset.split(seed: 0, validation: 0.2, test: 0.2)
}

private let small = Moles(encoder: ResNet(.tiny, stem: .small), batch: 8, epochs: 2)

@Suite(.serialized) struct YourFirstRecipe {
  @Test func aPipelineSaysWhatItIs() {
    let text = """
      """
    #expect(Moles().pipeline.describe() == text, "\(Moles().pipeline.describe())")
  }

  @Test func aStageOpenedUpDiffersInItsViews() {
    func lines(_ pipeline: Pipeline) -> [Substring] { pipeline.describe().split(separator: "\n") }
    let (before, after) = (lines(Moles().pipeline), lines(Opened().pipeline))
    #expect(before.count == after.count)
    #expect(zip(before, after).filter { $0 != $1 }.map { $1.contains("Views(2)") } == [true])
  }

  @Test func runs() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let dataset = try photographs(try PictureFolder.write(to: folder))
    let table = """
      """
    #expect(dataset.summary == table, "\(dataset.summary)")

    let (output, broken) = (folder.appending(path: "run"), folder.appending(path: "broken"))
    var lines: [String] = []
    var printed: String {
      defer { lines = [] }
      return lines.joined(separator: "\n").replacing(folder.path + "/run", with: "runs/moles")
        .replacing(folder.path + "/broken", with: "runs/moles")
    }
    // What a run leaves that is broken off in its second epoch.
    let log: (String) -> Void = { line in
      lines.append(line)
      if line.hasPrefix("simclr  epoch 2/2") { try? FileManager.default.copyItem(at: output, to: broken) }
    }
    let report = try small.pipeline.run(on: dataset, output: output, size: 16, log: log)
    let first = """
      """
    let said = printed
    #expect(agrees(said, with: first, numbersWithin: .infinity), "\(said)")
    let files = try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
    let left = """
      """
    #expect(files.joined(separator: "\n") == left, "\(files.joined(separator: "\n"))")

    let results = try Results(contentsOf: output.appending(path: "results.json"))
    #expect(results == report.results)
    let scores = """
      """
    #expect(agrees(results.table, with: scores, numbersWithin: .infinity), "\(results.table)")
    for branch in results.branches { #expect((0...1).contains(branch.balanced.value)) }
    let gain = results.differences[0].balanced.interval
    #expect(gain.low <= gain.value && gain.value <= gain.high)

    let photograph = folder.appending(path: "P1-0.ppm")
    let weights = output.appending(path: "simclr.classifier.safetensors")
    let predictor = try Predictor(small.encoder, weights: weights)
    let answer = predictor.ranked([try Image(file: photograph)])[0][0]
    #expect(dataset.classes.contains(answer.name) && answer.probability > 0.3)

    _ = try small.pipeline.run(on: dataset, output: broken, size: 16) { lines.append($0) }
    let resumed = """
      """
    let saidAgain = printed
    #expect(saidAgain.contains(resumed), "\(saidAgain)")

    let opened = Opened(encoder: small.encoder, batch: small.batch, epochs: small.epochs)
    _ = try opened.pipeline.run(on: dataset, output: output, size: 16) { lines.append($0) }
    let reused = """
      """
    let saidThen = printed
    #expect(saidThen.contains(reused), "\(saidThen)")
    #expect(saidThen.contains("SimCLR  epoch 2/2") && saidThen.contains("simclr  epoch 2/2"))
  }
}

/// A manifest and its photographs: two of each of 30 patients, in three classes that stripes tell apart, a third of them
/// without a label.
private enum PictureFolder {
  static func write(to folder: URL) throws -> URL {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var rows = ["image,patient,label"]
    for patient in 0..<30 {
      let label = patient % 3
      for shot in 0..<2 {
        var generator = CounterGenerator(seed: 1, patient, shot)
        let pixels = (0..<(20 * 20 * 3)).map { place in
          UInt8(100 * generator.uniform() + ((place / 3) % (2 + label) == 0 ? 120 : 20))
        }
        let name = "P\(patient)-\(shot).ppm"
        try (Data("P6\n20 20\n255\n".utf8) + pixels).write(to: folder.appending(path: name))
        rows.append("\(name),P\(patient),\(patient < 20 ? ["birthmark", "mole", "wart"][label] : "")")
      }
    }
    let manifest = folder.appending(path: "manifest.csv")
    try rows.joined(separator: "\n").write(to: manifest, atomically: true, encoding: .utf8)
    return manifest
  }
}
