import Foundation

/// The names of the encoder's tensors in a run's weight file, stored in its metadata.
struct EncoderNames {
  let names: [String]

  private static let key = "loupe.encoder"

  init(_ names: [String]) { self.names = names }

  /// Reads the names from a file's metadata; nil if it has none.
  init?(_ metadata: [String: String]) {
    guard let text = metadata[EncoderNames.key],
      let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    else { return nil }
    self.names = names
  }

  /// The metadata to write.
  var metadata: [String: String] {
    get throws {
      [EncoderNames.key: String(decoding: try JSONEncoder.stable.encode(names), as: UTF8.self)]
    }
  }
}
