import Testing

@testable import Recipes

struct ViewListTests {
  private let list = ViewList([
    Views(2) { CenterCrop() }, Views(1, size: 16) { RandomFlip() }, Views(3, size: 8) { RandomGrayscale() },
    Views(1) { RandomFlip() },
  ])

  /// A photograph that is seen again begins with the first line.
  @Test func eachViewIsOfItsLine() {
    #expect(list.count == 7)
    let sizes = (0..<14).map { list.line(of: $0).size ?? 0 }
    #expect(sizes == [0, 0, 16, 8, 8, 8, 0, 0, 0, 16, 8, 8, 8, 0])
  }

  @Test func consecutiveViewsOfASizeAreOneInput() {
    let groups = list.groups(size: 16, channels: 3)
    #expect(groups.map(\.views) == [3, 3, 1])
    #expect(groups.map(\.image) == [[16, 16, 3], [8, 8, 3], [16, 16, 3]])
    #expect(groups.inputNames == ["images", "images2", "images3"])
    #expect(groups.ranges == [0..<3, 3..<6, 6..<7])
    #expect(groups.elementsPerSample == 3 * (4 * 256 + 3 * 64))
    #expect(list.groups(size: 32, channels: 1).map(\.views) == [2, 1, 3, 1])
  }

  /// A share of the run's size is rounded to what the encoder takes.
  @Test(arguments: [
    (1, 224, 96), (16, 224, 96), (14, 224, 98), (16, 128, 48), (16, 64, 32), (16, 16, 16), (1, 1, 1),
  ])
  func aShareFitsTheRunAndTheEncoder(multiple: Int, run: Int, side: Int) {
    let views = ViewList([.largeCrops, .smallCrops], multiple: multiple)
    #expect(views.size(of: 0, in: run) == run)
    #expect(views.size(of: 2, in: run) == side)
    #expect(views.largestSize(in: run) == run)
    #expect(views.groups(size: run, channels: 3).last?.image == [side, side, 3])
  }

  @Test func theMultipleIsThatOfTheEncoderWithinOthers() throws {
    let encoder = VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 6, imageSize: 12)
    #expect([Linear(3), encoder.frozen("patch_embed")].imageMultiple == 6)
    #expect([encoder.pretrained("weights.safetensors"), Linear(3)].imageMultiple == 6)
    #expect([Linear(3), SmallClinic.encoder].imageMultiple == 1)
    let parts = try StageConfiguration(of: DINO(encoder, epochs: 1).stage)
    #expect(parts.views.size(of: 7, in: 42) == 18)
  }

  /// Patches do not divide a size of the user's own.
  @Test func smallCropsThatAnEncoderDoesNotTakeAreRefused() throws {
    let dino = DINO(
      VisionTransformer(.custom(channels: 8, depth: 1, heads: 2), patch: 4, imageSize: 16),
      views: .largeCrops, Views(4, size: 10) { RandomFlip() }, batch: 8, epochs: 1)
    let errors = try #require(throws: PipelineErrors.self) {
      try Pipeline("p") { dino }.memory(on: SmallClinic.dataset(), size: 16, workers: Workers(count: 1))
    }
    #expect(errors.description.contains("Images are cut into whole patches."), "\(errors)")
    #expect(errors.description.contains("H and W multiples of 4"), "\(errors)")
    #expect(errors.description.contains("found:    [32, 10, 10, 3]"), "\(errors)")
  }

  @Test func theSizeIsInTheDescription() {
    #expect(Views(6, share: 0.5) { RandomFlip() }.summary.hasPrefix("Views(6, share: 0.5) { RandomFlip("))
    #expect(Views(6, size: 96) { RandomFlip() }.summary.hasPrefix("Views(6, size: 96) { RandomFlip("))
    #expect(Views(6) { RandomFlip() }.summary.hasPrefix("Views(6) { RandomFlip("))
  }

  /// What a step is given are the views that each line draws, at its size, whatever was drawn before.
  @Test func aLoaderDrawsEachAtItsSize() throws {
    let dataset = try SmallClinic.dataset()
    let loader = ViewLoader(
      list, of: dataset, .unlabelled, size: 16, seed: 5, stage: 1, workers: Workers(count: 2))
    let parts = [0..<3, 3..<6, 6..<7, 7..<10].map { views in
      views.flatMap { view in (0..<2).map { ViewKey(photograph: $0, view: view) } }
    }
    for part in parts {
      loader.begin(part, epoch: 2)
      let size = part[0].view == 3 ? 8 : 16
      let pixels = size * size * 3
      let found = try [Float](unsafeUninitializedCapacity: part.count * pixels) { buffer, count in
        buffer.initialize(repeating: 0)
        try loader.finish(into: buffer)
        count = buffer.count
      }
      let expected = try part.flatMap { request in
        try list.line(of: request.view).draw(
          dataset.imageOrSubstitute(at: request.photograph, for: .unlabelled), size: size, seed: 5, stage: 1,
          epoch: 2,
          sample: request.photograph, view: request.view
        ).pixels
      }
      #expect(found == expected)
    }
  }

  @Test func theMemoryOfABatchIsThatOfEverySize() throws {
    let stage = Stage("s", on: .unlabelled) {
      Views(2) { RandomFlip() }
      Views(3, size: 8) { RandomFlip() }
      SmallClinic.encoder
      ProjectionHead(hidden: [8], output: 8)
      Mean()
      Optimize(SGD(learningRate: 0.1), batch: 8, chunk: 4, epochs: 1)
    }
    let memory = try Pipeline("p") { stage }.memory(
      on: SmallClinic.dataset(), size: 16, workers: Workers(count: 1))
    #expect(memory[0].batch == 4 * 3 * (2 * 256 + 3 * 64) * 4)
  }

  /// Features that keep their place in the image are of another shape for each size.
  @Test func anEncoderThatDoesNotPoolIsRefused() throws {
    let stage = Stage("s", on: .unlabelled) {
      Views(1) { RandomFlip() }
      Views(1, size: 8) { RandomFlip() }
      Conv2D(4, kernel: 3)
      GlobalAveragePool()
      Mean()
      Optimize(SGD(learningRate: 0.1), batch: 8, epochs: 1)
    }
    let errors = try #require(throws: PipelineErrors.self) {
      try Pipeline("p") { stage }.memory(on: SmallClinic.dataset(), size: 16, workers: Workers(count: 1))
    }
    #expect(
      errors.description.contains(
        "Views of several sizes need an encoder whose features are the same for each; pool them."),
      "\(errors)")
    #expect(errors.description.contains("found:    [8, 16, 16, 4] and [8, 8, 8, 4]"), "\(errors)")
  }
}

private struct Mean: TrainingObjective {
  func loss(of batch: TrainingBatch) -> Tensor { (batch.output * batch.output).mean() }
}
