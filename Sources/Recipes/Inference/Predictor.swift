import Foundation
import Ops

/// A trained classifier of a run, to predict the classes of new photographs.
///
///     let predictor = try Predictor(encoder, weights: run.appending(path: "simclr.classifier.safetensors"))
///     let ranked = try predictor.predict([photograph])[0].get()  // likeliest first
///
/// Files are preprocessed as in training, so the predictions for a photograph equal those of its run.
public struct Predictor {
  /// A class and its predicted probability.
  public struct Answer: Sendable, Equatable {
    /// The name of the class.
    public let name: String
    /// The probability.
    public let probability: Float
  }

  /// The names of the classes.
  public let classes: [String]
  /// The number of channels of the photographs.
  public let channels: Int
  private let size: Int
  private let preparation: Preparation
  private let averagesFlips: Bool
  private let workers: Workers
  private let network: InferenceNetwork

  /// Loads a classifier from a weight file of a run.
  ///
  /// - Parameters:
  ///   - encoder: The encoder that the run trained, without its original weight file; the head and the
  ///     normalization of images are read from the file.
  ///   - file: The classifier's weight file.
  ///   - workers: The threads.
  /// - Throws: `WeightsError` if the file cannot be read or is damaged; `RunError` if it does not belong to a
  ///   classifier, has another encoder, or does not describe the preprocessing.
  public init(_ encoder: some Layer, weights file: URL, workers: Workers = .shared) throws {
    let classifier = try StoredClassifier(file)
    let notes = classifier.notes
    preparation = classifier.preparation
    self.workers = workers
    classes = notes.classes
    channels = notes.channels
    size = notes.size
    averagesFlips = notes.averagesFlips
    network = try InferenceNetwork(
      [encoder, ClassificationHead(classes: notes.classes.count)], of: classifier.stored, in: file,
      size: notes.size,
      channels: notes.channels, batch: Predictor.batch, workers: workers)
  }

  /// The number of photographs in a batch: fewer take as long.
  public static let batch = 64

  /// Returns, for the photograph in each file, every class with its probability, the likeliest first, or the
  /// error in reading it. All threads read files.
  ///
  /// - Parameter files: The files of photographs.
  public func predict(_ files: [URL]) throws -> [Result<[Answer], ImageError>] {
    var answers: [Result<[Answer], ImageError>] = []
    for start in stride(from: 0, to: files.count, by: Predictor.batch) {
      let part = Array(files[start..<min(start + Predictor.batch, files.count)])
      let crops = preparation.crops(of: part, size: size, channels: channels, workers: workers)
      var ranked = predict(preprocessed: crops.compactMap { try? $0.get() })[...]
      answers += crops.map { photograph in photograph.map { _ in ranked.removeFirst() } }
    }
    return answers
  }

  /// Predicts the classes of photographs in memory. Pass files as files.
  ///
  /// - Parameter photographs: The photographs.
  /// - Throws: `ImageError` if a photograph has channels that cannot be turned into ``channels``.
  public func predict(_ photographs: [Image]) throws(ImageError) -> [[Answer]] {
    var crops: [Image] = []
    for photograph in photographs {
      crops.append(try preparation.image(of: photograph, channels: channels).scored(size: size))
    }
    return predict(preprocessed: crops)
  }

  private func predict(preprocessed crops: [Image]) -> [[Answer]] {
    let probabilities = network.probabilities(of: crops, averagingFlips: averagesFlips)
    return crops.indices.map { place in
      let own = probabilities[(place * classes.count)..<((place + 1) * classes.count)]
      return zip(classes, own).map { Answer(name: $0, probability: $1) }
        .sorted { $0.probability > $1.probability }
    }
  }
}

/// A classifier's settings in its weight file, which it needs for inference.
struct ClassifierNotes: Codable {
  let classes: [String]
  let size: Int
  let channels: Int
  let averagesFlips: Bool
  /// The preprocessing of photographs; nil in a file from a version that did not record it.
  let preparation: Preparation?

  private static let key = "loupe.classifier"

  init(of dataset: Dataset, size: Int, averagesFlips: Bool) {
    classes = dataset.classes
    self.size = size
    channels = dataset.channels
    self.averagesFlips = averagesFlips
    preparation = dataset.preparation
  }

  /// Reads the settings in a file's metadata; nil if they are absent or malformed.
  init?(_ metadata: [String: String]) {
    guard let text = metadata[ClassifierNotes.key],
      let notes = try? JSONDecoder().decode(ClassifierNotes.self, from: Data(text.utf8)),
      !notes.classes.isEmpty, (1...PipelinePlan.largestSize).contains(notes.size),
      (1...64).contains(notes.channels),
      notes.preparation?.shorterSide ?? 1 > 0
    else { return nil }
    self = notes
  }

  /// The settings as metadata.
  var metadata: [String: String] {
    get throws {
      [ClassifierNotes.key: String(decoding: try JSONEncoder.stable.encode(self), as: UTF8.self)]
    }
  }
}
