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

  var pipeline: Pipeline {
    Pipeline("moles") {
      let simclr = Stage("simclr", on: .unlabelled) {
        Views(2) {
          RandomResizedCrop(area: 0.2...1); RandomFlip(vertical: 0.5); ColorJitter(strength: 0.5)
        }
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
      │    Views(2) { RandomResizedCrop(area: 0.08...1.0, aspect: 0.75...1.3333333333333333, interpolation: bilinear);
              RandomFlip(horizontal: 0.5, vertical: 0.0);
              ColorJitter(brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2, probability: 0.8);
              RandomGrayscale(probability: 0.2); GaussianBlur(sigma: 0.1...2.0, probability: 0.5); }
      │    ResNet(architecture: Architecture(blocks: [2, 2, 2, 2], bottleneck: false, channels: 64, innerWidth: 1),
              stem: small, width: 1, zeroInitLastScale: true, isCheckpointed: false)
      │    ProjectionHead(hidden: [512], output: 128, normalizesOutput: true)
      │    NTXent(temperature: 0.1)
      │    Optimize(LARS(learningRate: 0.3, momentum: 0.9, weightDecay: 1e-06, eta: 0.001),
              schedule: cosine(warmup: 0.1), scaling: linear, batch: 64, epochs: 40)
      """
    let printed = Moles().pipeline.describe().split(separator: "\n")
      .drop { !$0.contains("simclr") }.dropFirst().prefix(5).joined(separator: "\n")
    #expect(agrees(printed, with: text, numbersWithin: 0), "\(printed)")
  }

  @Test func aStageOpenedUpDiffersInItsViews() {
    func lines(_ pipeline: Pipeline) -> [Substring] { pipeline.describe().split(separator: "\n") }
    let (before, after) = (lines(Moles().pipeline), lines(Opened().pipeline))
    #expect(before.count == after.count)
    #expect(zip(before, after).filter { $0 != $1 }.map { $1.contains("Views(2)") } == [true])
  }

  @Test func otherMethodsHaveTheSameInitializer() throws {
    let moco = MoCoV3(VisionTransformer(.small), batch: 1024, chunk: 64, epochs: 100)
    let dino = DINO(VisionTransformer(.small), batch: 64, epochs: 100)
    let crops = DINO(
      VisionTransformer(.small, patch: 8),
      views: Views(2) {
        RandomResizedCrop(area: 0.3...1); RandomFlip()
      },
      Views(4, size: 64) {
        RandomResizedCrop(area: 0.05...0.3); RandomFlip()
      },
      epochs: 100)
    let short = DINO(
      VisionTransformer(.tiny, patch: 8), head: DINOHead(prototypes: 1024, normalizingHidden: true),
      target: TargetNetwork(momentum: .cosine(from: 0.96, to: 1)),
      loss: DINOLoss(centering: .sinkhornKnopp()),
      optimizer: AdamW(learningRate: 5e-4, weightDecay: 0.1), scaling: .none, batch: 32, epochs: 12)
    for stage in [moco.stage, dino.stage, crops.stage, short.stage] {
      try Pipeline("one") { stage }.validate()
    }
    func views(_ stage: Stage) -> Int { stage.components.reduce(0) { $0 + (($1 as? Views)?.count ?? 0) } }
    #expect([moco.stage, dino.stage, crops.stage, short.stage].map(views) == [2, 8, 6, 8])
  }

  @Test func aTransformerReconstructs() {
    let mae = MaskedAutoencoder(VisionTransformer(.small, patch: 16), on: .unlabelled, epochs: 100)
    #expect(mae.stage.name == "mae" && mae.stage.layers.count == 2)
  }

  @Test func runs() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let dataset = try photographs(try PictureFolder.write(to: folder))
    let table = """
                   train  validation  test
      photographs     44           8     8
      patients        22           4     4
      labelled        24           8     8
        birthmark      8           4     2
        mole           8           2     4
        wart           8           2     2
      """
    #expect(dataset.summary == table, "\(dataset.summary)")

    let (output, broken) = (folder.appending(path: "run"), folder.appending(path: "broken"))
    var lines: [String] = []
    var printed: String {
      defer { lines = [] }
      return lines.joined(separator: "\n").replacing(folder.path + "/run", with: "runs/moles")
        .replacing(folder.path + "/broken", with: "runs/moles")
    }
    // What a run leaves that is broken off after its first epoch.
    let watch: (RunEvent) -> Void = { event in
      guard let line = event.line else { return }
      lines.append(line)
      if line.hasPrefix("simclr  epoch 1/2") { try? FileManager.default.copyItem(at: output, to: broken) }
    }
    let report = try small.pipeline.run(on: dataset, output: output, size: 16, reporting: watch)
    let first = """
      no pretraining: 24 photographs are fewer than a batch of 32; batches of 24 are used.
      no pretraining  takes 102 MiB of memory (89 MiB for the program itself, 0.0 MiB to read photographs, 8.9 MiB for a
        step, 0.1 MiB for its views, 4.7 MiB for copies of weights, 0.0 MiB for photographs to evaluate on, 6.3 MiB to
        evaluate afterwards)
      no pretraining  epoch 1/2  loss 1.115  rate 0.02  862 images/s  0.0 s
      no pretraining  epoch 2/2  loss 1.075  rate 0.01  2425 images/s  0.0 s
      simclr  takes 111 MiB of memory (89 MiB for the program itself, 0.0 MiB to read photographs, 8.9 MiB for a step,
        0.0 MiB for its views, 6.7 MiB for copies of weights, 0.1 MiB for photographs to evaluate on, 6.5 MiB to evaluate)
      simclr  before training  kNN 75.0 % (balanced 66.7 %) with random weights
      simclr  epoch 1/2  loss 5.657 (collapse 2.708)  rank 14 of 15  rate 0.007  1026 images/s  0.1 s
      simclr  epoch 2/2  loss 4.957 (collapse 2.708)  rank 14 of 15  kNN 100.0 % (balanced 100.0 %)  rate 0.00028
        1456 images/s  0.1 s
      simclr  linear probe on validation 100.0 % (balanced 100.0 %)
      SimCLR: 24 photographs are fewer than a batch of 32; batches of 24 are used.
      SimCLR  takes 104 MiB of memory (89 MiB for the program itself, 0.0 MiB to read photographs, 8.9 MiB for a step,
        0.1 MiB for its views, 6.4 MiB for copies of weights, 0.1 MiB for photographs to evaluate on, 6.3 MiB to evaluate
        afterwards)
      SimCLR  epoch 1/2  loss 1.134  rate 0.02  1849 images/s  0.0 s
      SimCLR  epoch 2/2  loss 1.077  rate 0.01  2261 images/s  0.0 s
      """
    let said = printed
    let ofThisMachine = blasLimitation.map { "\($0)\n" } ?? ""
    #expect(agrees(said, with: ofThisMachine + first, numbersWithin: .infinity), "\(said)")
    let files = try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
    let left = """
      gallery.features.safetensors
      gallery.json
      history.jsonl
      no-pretraining.classifier.calibration.json
      no-pretraining.classifier.predictions.csv
      no-pretraining.classifier.predictions.safetensors
      no-pretraining.classifier.safetensors
      photographs.csv
      report.html
      results.json
      simclr.classifier.calibration.json
      simclr.classifier.predictions.csv
      simclr.classifier.predictions.safetensors
      simclr.classifier.safetensors
      simclr.safetensors
      """
    #expect(files.joined(separator: "\n") == left, "\(files.joined(separator: "\n"))")

    let results = try Results(contentsOf: output.appending(path: "results.json"))
    #expect(results == report.results)
    let scores = """
      branch          top-1                 top-3                 balanced              AUC
      no pretraining  0.500 [0.000, 1.000]  1.000 [1.000, 1.000]  0.333 [0.000, 1.000]  0.882 [0.625, 1.000]
      SimCLR          0.250 [0.000, 0.750]  1.000 [1.000, 1.000]  0.333 [0.000, 0.500]  0.736 [0.500, 0.875]

      paired difference           top-1                    balanced                 AUC
      SimCLR over no pretraining  -0.250 [-1.000, +0.500]  +0.000 [-1.000, +0.500]  -0.146 [-0.500, +0.125]

      In brackets 95 % intervals: patients drawn with replacement, all photographs of each together.
      """
    #expect(agrees(results.table, with: scores, numbersWithin: .infinity), "\(results.table)")
    for branch in results.branches {
      #expect((0...1).contains(try #require(branch[.balanced]).value))
    }
    let gain = results.differences[0][.balanced]?.interval
    let (low, value, high) = try #require(gain.map { ($0.low, $0.value, $0.high) })
    #expect(low <= value && value <= high)

    let photograph = folder.appending(path: "P1-0.ppm")
    let weights = output.appending(path: "simclr.classifier.safetensors")
    let predictor = try Predictor(small.encoder, weights: weights)
    let answer = try predictor.predict([photograph])[0].get()[0]
    #expect(dataset.classes.contains(answer.name) && answer.probability > 0.3)

    _ = try small.pipeline.run(on: dataset, output: broken, size: 16) { lines += [$0.line].compactMap { $0 } }
    let resumed = """
      simclr  goes on after epoch 1 of an earlier run
      """
    let saidAgain = printed
    #expect(saidAgain.contains(resumed), "\(saidAgain)")

    let opened = Opened(encoder: small.encoder, batch: small.batch, epochs: small.epochs)
    _ = try opened.pipeline.run(on: dataset, output: output, size: 16) {
      lines += [$0.line].compactMap { $0 }
    }
    let reused = """
      no pretraining  is reused from runs/moles/no-pretraining.classifier.safetensors
      simclr  is trained again: runs/moles/simclr.safetensors was made with another model, data, settings or seed.
      """
    let saidThen = printed
    #expect(saidThen.contains(reused), "\(saidThen)")
    #expect(saidThen.contains("SimCLR  epoch 2/2") && saidThen.contains("simclr  epoch 2/2"))
  }
}

/// A manifest and its photographs: two of each of 30 patients, in three classes that stripes tell apart, a
/// third of them without a label.
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
