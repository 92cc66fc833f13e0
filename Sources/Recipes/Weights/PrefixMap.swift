/// The name prefixes by which a weight file differs from a network.
///
/// A string is a prefix of all names, as in checkpoints of a network wrapped in another module: `"encoder."`,
/// `"module.encoder_q."`, `"backbone."`. A dictionary maps prefixes in the network to prefixes in the file,
/// such as `["conv1.": "backbone.0.", "bn1.": "backbone.1.", "layer1.": "backbone.4."]` for a network in a
/// `torch.nn.Sequential`; the longest matching prefix applies.
public struct PrefixMap: Hashable, Sendable {
  private struct Entry: Hashable, Sendable {
    let own: String
    let stored: String
  }

  private let entries: [Entry]

  /// Creates a map from prefixes in a network to prefixes in the file.
  ///
  /// - Parameter prefixes: For each prefix in the network, the prefix in the file.
  public init(_ prefixes: [String: String]) {
    entries = prefixes.map { Entry(own: $0.key, stored: $0.value) }.sorted {
      ($1.own.utf8.count, $0.own) < ($0.own.utf8.count, $1.own)
    }
  }

  /// The prefixes in the file, as shown to the user.
  var text: String { Set(entries.map { "\"\($0.stored)\"" }).sorted().joined(separator: " or ") }

  /// Returns the name of a variable in the file.
  func name(of path: String) -> String {
    guard let entry = entries.first(where: { path.hasPrefix($0.own) }) else { return path }
    return entry.stored + path.dropFirst(entry.own.count)
  }

  /// Returns whether a name in the file has one of the prefixes.
  func covers(_ name: String) -> Bool { entries.contains { name.hasPrefix($0.stored) } }

  /// Returns the possible paths of a name in the file.
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
