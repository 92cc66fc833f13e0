import Foundation

/// The images that a stage of a run read, in its weight file: what is needed to give its encoder others.
struct InputNotes: Codable, Equatable {
  /// The side of the images in pixels.
  let size: Int
  /// The number of channels of the photographs.
  let channels: Int
  /// The preprocessing of photographs; nil in a file from a version that did not record it.
  let preparation: Preparation?

  private static let key = "loupe.input"

  init(size: Int, channels: Int, preparation: Preparation?) {
    (self.size, self.channels, self.preparation) = (size, channels, preparation)
  }

  init(of dataset: Dataset, size: Int) {
    self.init(size: size, channels: dataset.channels, preparation: dataset.preparation)
  }

  /// Reads the notes in a file's metadata, or those of a classifier; nil if they are absent or malformed.
  init?(_ metadata: [String: String]) {
    if let classifier = ClassifierNotes(metadata) {
      (size, channels, preparation) = (classifier.size, classifier.channels, classifier.preparation)
      return
    }
    guard let text = metadata[InputNotes.key],
      let notes = try? JSONDecoder().decode(InputNotes.self, from: Data(text.utf8)),
      (1...PipelinePlan.largestSize).contains(notes.size), (1...64).contains(notes.channels),
      notes.preparation?.shorterSide ?? 1 > 0
    else { return nil }
    self = notes
  }

  /// The notes as metadata.
  var metadata: [String: String] {
    get throws { [InputNotes.key: String(decoding: try JSONEncoder.stable.encode(self), as: UTF8.self)] }
  }
}
