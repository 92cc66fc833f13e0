import Foundation
import Ops

/// A classifier that a run has trained, to say what other photographs show.
///
///     let predictor = try Predictor(encoder, weights: run.appending(path: "simclr.classifier.safetensors"))
///     let ranked = try predictor.ranked([Image(file: photograph)])[0]  // likeliest first
public struct Predictor {
  /// A class and how likely a photograph shows it.
  public struct Answer: Sendable, Equatable {
    /// The name of the class.
    public let name: String
    /// Its probability, as the classifier has it.
    public let probability: Float
  }

  /// The names of the classes.
  public let classes: [String]
  /// The number of channels of the photographs.
  public let channels: Int
  private let size: Int
  private let averagesFlips: Bool
  private let network: InferenceNetwork

  /// A classifier with the weights of a file that a run has written for it.
  ///
  /// - Parameter encoder: The encoder that the run trained, without what it was first loaded from; the head and what
  ///   images are normalised by follow from the file.
  /// - Throws: `WeightsError` if the file cannot be read; `RunError` if it is no classifier's, or that of another
  ///   encoder.
  public init(_ encoder: some Layer, weights file: URL, workers: Workers = .shared) throws {
    let stored = try SafeTensors.read(file)
    guard let notes = ClassifierNotes(stored.metadata) else {
      throw RunError.noClassifier(file: file.path)
    }
    classes = notes.classes
    channels = notes.channels
    size = notes.size
    averagesFlips = notes.averagesFlips
    let normalization = Normalization(stored.metadata) ?? .identity
    let input: [any Layer] = normalization == .identity ? [] : [Normalize(normalization)]
    let model = LayerSequence(input + [encoder, ClassificationHead(classes: notes.classes.count)])
    network = try InferenceNetwork(
      model, size: notes.size, channels: notes.channels, batch: Predictor.batch, workers: workers)
    guard let weights = StageWeights(stored, for: network.variables) else {
      throw RunError.otherNetwork(file: file.path)
    }
    network.load { weights[$0] }
  }

  /// Photographs that are looked at together: fewer take as long.
  public static let batch = 64

  /// For each photograph, `[H, W, channels]`, every class with its probability, the likeliest first.
  public func ranked(_ photographs: [Image]) -> [[Answer]] { ranked(seen: photographs.map(seen)) }

  /// What the classifier looks at of a photograph, `[H, W, channels]`: all that need be kept of it.
  public func seen(of photograph: Image) -> Image {
    contract(photograph.channels == channels, "the classifier was trained on \(channels) channels")
    return photograph.centerCropped(to: size, fraction: CroppedPhotographs.fraction)
  }

  /// The same as `ranked(_:)` for what is `seen` of photographs.
  public func ranked(seen crops: [Image]) -> [[Answer]] {
    let probabilities = network.probabilities(of: crops, averagingFlips: averagesFlips)
    return crops.indices.map { place in
      let own = probabilities[(place * classes.count)..<((place + 1) * classes.count)]
      return zip(classes, own).map { Answer(name: $0, probability: $1) }
        .sorted { $0.probability > $1.probability }
    }
  }
}

/// What a classifier's weight file says besides its weights, so that it can be used again.
struct ClassifierNotes: Codable {
  let classes: [String]
  let size: Int
  let channels: Int
  let averagesFlips: Bool

  private static let key = "loupe.classifier"

  init(classes: [String], size: Int, channels: Int, averagesFlips: Bool) {
    self.classes = classes
    self.size = size
    self.channels = channels
    self.averagesFlips = averagesFlips
  }

  /// The notes among a file's metadata, if they are there and make sense.
  init?(_ metadata: [String: String]) {
    guard let text = metadata[ClassifierNotes.key],
      let notes = try? JSONDecoder().decode(ClassifierNotes.self, from: Data(text.utf8)),
      !notes.classes.isEmpty, (1...PipelinePlan.largestSize).contains(notes.size), (1...64).contains(notes.channels)
    else { return nil }
    self = notes
  }

  /// The notes as metadata.
  var metadata: [String: String] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return [ClassifierNotes.key: String(decoding: try encoder.encode(self), as: UTF8.self)]
    }
  }
}
