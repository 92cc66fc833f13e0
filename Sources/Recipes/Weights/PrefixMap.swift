/// How the names in a weight file differ from a network's: what they begin with.
///
/// A text is what all of them begin with, as in checkpoints of a network wrapped in another module:
/// `"encoder."`, `"module.encoder_q."`, `"backbone."`. A dictionary says for what a name begins with in the
/// network what it begins with in the file, such as
/// `["conv1.": "backbone.0.", "bn1.": "backbone.1.", "layer1.": "backbone.4."]` for a network in a
/// `torch.nn.Sequential`; the longest that fits a name counts.
public struct PrefixMap: Hashable, Sendable {
  private struct Entry: Hashable, Sendable {
    let own: String
    let stored: String
  }

  private let entries: [Entry]

  /// A map from what names begin with in a network to what they begin with in the file.
  public init(_ prefixes: [String: String]) {
    entries = prefixes.map { Entry(own: $0.key, stored: $0.value) }.sorted {
      ($1.own.utf8.count, $0.own) < ($0.own.utf8.count, $1.own)
    }
  }

  /// What names in the file begin with, as it is told to the user.
  var text: String { Set(entries.map { "\"\($0.stored)\"" }).sorted().joined(separator: " or ") }

  /// The name in the file of a variable.
  func name(of path: String) -> String {
    guard let entry = entries.first(where: { path.hasPrefix($0.own) }) else { return path }
    return entry.stored + path.dropFirst(entry.own.count)
  }

  /// Whether a name in the file begins as the map says.
  func covers(_ name: String) -> Bool { entries.contains { name.hasPrefix($0.stored) } }

  /// The paths that a name in the file may be of.
  func paths(of name: String) -> [String] {
    entries.filter { name.hasPrefix($0.stored) }.map { $0.own + name.dropFirst($0.stored.count) }
  }
}

extension PrefixMap: ExpressibleByStringLiteral {
  public init(stringLiteral prefix: String) { self.init(["": prefix]) }
}

extension PrefixMap: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral prefixes: (String, String)...) {
    self.init(Dictionary(prefixes, uniquingKeysWith: { first, _ in first }))
  }
}
