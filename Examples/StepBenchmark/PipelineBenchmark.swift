import Foundation
import Recipes

/// Times the complete pipeline from image files to updated weights: one epoch over a folder of images, with
/// two SimCLR views of each.
struct PipelineBenchmark {
  private let options: Arguments
  private let workers: Workers
  private let dataset: Dataset

  /// Finds the images, without reading them.
  init(of source: String, _ options: Arguments, workers: Workers) throws {
    self.options = options
    self.workers = workers
    let photographs =
      if source == "generated" { GeneratedPictures.photographs(options.images) } else {
        try PipelineBenchmark.files(in: source, options.images)
      }
    let dataset = try Dataset(photographs, classes: [], source: source)
    self.dataset =
      options.cache.map { dataset.cached(in: URL(filePath: $0), shorterSide: 2 * options.size) } ?? dataset
  }

  /// Trains for one epoch, without images that do not fill a batch, and prints one line of JSON.
  func run() throws {
    let batches = BatchSampler(
      .photographs(try PhotographBatches(.unlabelled, of: dataset, batch: options.pairs), views: 2)
    ).batches(seed: 0, stage: 0, epoch: 0)
    let step = try Benchmarked.step(options)
    let program = try Program(step.graph, outputs: [step.loss], workers: workers)
    try Benchmarked.initialize(program)
    let loader = ViewLoader(
      ViewList([Benchmarked.views]), of: dataset, .unlabelled, size: options.size, seed: 0, stage: 0,
      workers: workers)

    var waiting = 0.0
    let start = MonotonicClock.seconds
    loader.begin(batches[0], epoch: 0)
    for place in batches.indices {
      waiting += try StepBenchmark.seconds {
        try program.withInput(TrainingStep.InputName.images) { try loader.finish(into: $0) }
      }
      if place + 1 < batches.count { loader.begin(batches[place + 1], epoch: 0) }
      program.run()
    }
    let seconds = MonotonicClock.seconds - start
    let views = batches.reduce(0) { $0 + $1.count }
    StepBenchmark.printLine([
      ("peer", "\"Loupe\""), ("model", "\"\(options.model.name)\""), ("stem", "\"\(options.stem)\""),
      ("size", "\(options.size)"), ("pairs", "\(options.pairs)"), ("workers", "\(workers.count)"),
      ("images_per_second", String(format: "%.2f", Double(views) / seconds)),
      ("draw_share", String(format: "%.4f", waiting / seconds)),
      ("peak_mib", "\(StepBenchmark.peakMebibytes())"),
    ])
  }

  /// The reason that a folder is rejected.
  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private static func files(in folder: String, _ limit: Int) throws -> [Photograph] {
    guard let found = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw Refusal(description: "there is no such folder; give one, or say generated")
    }
    let names = found.filter(Image.isPicture)
    guard !names.isEmpty else {
      let endings = Image.fileExtensions.map { ".\($0)" }.joined(separator: ", ")
      throw Refusal(
        description: "no file in it ends in one of \(endings); convert the pictures to one of these")
    }
    return names.sorted().prefix(limit).map { name in
      let file = URL(filePath: folder).appending(path: name)
      return Photograph(id: name, patient: name, file: file)
    }
  }
}

/// Images of the size of a small photograph, 200 by 150 pixels, in memory.
enum GeneratedPictures {
  /// Returns photographs of a few dozen images: views of the same image differ all the same.
  static func photographs(_ count: Int) -> [Photograph] {
    let pictures = (0..<32).map(picture)
    return (0..<count).map { index in
      Photograph(id: "\(index)", patient: "\(index)", image: pictures[index % pictures.count])
    }
  }

  private static func picture(_ number: Int) -> Image {
    var generator = CounterGenerator(seed: 0, number)
    var image = Image(width: 200, height: 150)
    for index in image.pixels.indices { image.pixels[index] = Float(generator.uniform()) }
    return image
  }
}
