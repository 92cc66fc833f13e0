import Foundation
import Ops

/// An encoder with its weights, to compute the features of photographs.
///
///     let embedder = try Embedder(encoder, weights: run.appending(path: "simclr.safetensors"))
///     let found = try FoundPhotographs(at: ["photographs"])
///     try embedder.write(found.urls, to: URL(filePath: "features.npy")) { print($0.path, $1) }
///
/// Photographs are preprocessed as in training: the same reduction, center crop and normalization, which the
/// weight file states. Mirror images are not averaged.
public struct Embedder {
  /// The number of features of a photograph.
  public var dimensions: Int { network.columns }
  /// The number of photographs in a batch, which bounds the memory that they take.
  public static let batch = 64

  private let input: InputNotes
  private let preparation: Preparation
  private let workers: Workers
  private let network: InferenceNetwork

  /// Loads the encoder of a stage of a run.
  ///
  /// - Parameters:
  ///   - encoder: The encoder that the run trained, without its original weight file.
  ///   - file: The weight file of one of the run's stages.
  ///   - workers: The threads.
  /// - Throws: `WeightsError` if the file cannot be read or is damaged; `RunError` if it has another encoder,
  ///   or does not state the preprocessing.
  public init(_ encoder: some Layer, weights file: URL, workers: Workers = .shared) throws {
    let stored = try SafeTensors.read(file)
    if try stored.isIntact == false { throw WeightsError.damaged(file: file.path) }
    guard let input = InputNotes(stored.metadata) else { throw RunError.noInput(file: file.path) }
    preparation = try Preparation.current(input.preparation, in: file)
    (self.input, self.workers) = (input, workers)
    network = try InferenceNetwork(
      [encoder], of: stored, in: file, size: input.size, channels: input.channels, batch: Embedder.batch,
      workers: workers)
  }

  /// Initializes an encoder from a weight file of another origin.
  ///
  ///     let encoder = ResNet(.resNet50).pretrained("imagenet.pth", normalization: .imagenet)
  ///     let embedder = try Embedder(encoder, size: 224)
  ///
  /// - Parameters:
  ///   - encoder: The encoder with its weight file and its normalization.
  ///   - size: The side of the center crops in pixels.
  ///   - channels: The number of channels of the photographs.
  ///   - workers: The threads.
  /// - Throws: `GraphErrors` with everything that does not match; `WeightsError` if the file cannot be read.
  public init(_ encoder: Pretrained, size: Int, channels: Int = 3, workers: Workers = .shared) throws {
    try Check.run(Check.count("size", size, atMost: PipelinePlan.largestSize))
    try Check.run(Check.count("channels", channels, atMost: 64))
    preparation = Preparation(shorterSide: nil)
    input = InputNotes(size: size, channels: channels, preparation: preparation)
    self.workers = workers
    network = try InferenceNetwork(
      encoder, size: size, channels: channels, batch: Embedder.batch, workers: workers)
    var values: [String: [Float]] = [:]
    try Variable.initialize(network.variables, seed: 0) { values[$0.path] = $1 }
    network.load { values[$0.path] ?? [] }
  }

  /// Returns, for the photograph in each file, its features, `[dimensions]`, or the error in reading it. All
  /// threads read files.
  ///
  /// - Parameter files: The photographs.
  public func features(of files: [URL]) -> [Result<[Float], ImageError>] {
    var features: [Result<[Float], ImageError>] = []
    for start in stride(from: 0, to: files.count, by: Embedder.batch) {
      let part = files[start..<min(start + Embedder.batch, files.count)]
      let crops = preparation.crops(of: part, size: input.size, channels: input.channels, workers: workers)
      let rows = network.rows(of: crops.compactMap { try? $0.get() })
      var place = 0
      for crop in crops {
        features.append(
          crop.map { _ in
            defer { place += dimensions }
            return Array(rows[place..<place + dimensions])
          })
      }
    }
    return features
  }

  /// Writes the features of photographs to a file, a batch at a time, so that their number is not limited by
  /// memory.
  ///
  /// The extension chooses the format: `.npy` for NumPy, `.safetensors` with the tensor `features`, both `[N,
  /// dimensions]` beside a table `NAME.images.csv` of the photographs' paths in the order of the rows; or
  /// `.csv` with a column `image`.
  ///
  /// - Parameters:
  ///   - files: The photographs.
  ///   - output: The file to write.
  ///   - skipped: Receives each photograph that cannot be read, which has no row, and the error.
  ///   - progress: Receives the number of photographs that are done, after each batch.
  /// - Returns: The number of rows.
  /// - Throws: ``FileError`` if the extension is another one, or the file cannot be written; then there is
  ///   none.
  @discardableResult
  public func write(
    _ files: some Collection<URL>, to output: URL, skipped: (URL, ImageError) -> Void = { _, _ in },
    progress: (Int) -> Void = { _ in }
  ) throws -> Int {
    let writer = try FeatureWriter(output, dimensions: dimensions)
    var (rest, done) = (files[...], 0)
    while !rest.isEmpty {
      let part = Array(rest.prefix(Embedder.batch))
      rest = rest.dropFirst(part.count)
      for (file, result) in zip(part, features(of: part)) {
        switch result {
        case .success(let row): try writer.append(row, of: file.path)
        case .failure(let error): skipped(file, error)
        }
      }
      done += part.count
      progress(done)
    }
    try writer.finish()
    return writer.count
  }
}

extension Preparation {
  /// Returns the center crop of the photograph in each file, as it is scored, or the error in reading it.
  func crops(
    of files: some RandomAccessCollection<URL>, size: Int, channels: Int, workers: Workers
  ) -> [Result<Image, ImageError>] {
    let files = Array(files)
    return workers.map(files.count) { place in
      Result { () throws(ImageError) in
        try image(of: files[place], channels: channels).scored(size: size)
      }
    }
  }
}
