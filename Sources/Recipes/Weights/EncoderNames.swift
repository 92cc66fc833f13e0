import Foundation

/// Which of the tensors that a run has written are the encoder's, as a weight file says it.
struct EncoderNames {
  let names: [String]

  private static let key = "loupe.encoder"

  init(_ names: [String]) { self.names = names }

  /// What the metadata of a file say, if they do.
  init?(_ metadata: [String: String]) {
    guard let text = metadata[EncoderNames.key],
      let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    else { return nil }
    self.names = names
  }

  /// What a file is to say.
  var metadata: [String: String] {
    get throws {
      [EncoderNames.key: String(decoding: try JSONEncoder.stable.encode(names), as: UTF8.self)]
    }
  }
}
