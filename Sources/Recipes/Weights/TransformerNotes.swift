import Foundation
import Ops

/// The notes of a weight file about a transformer that the names and shapes of its weights do not tell: the
/// attention heads of each layer, and the tokens that its features are taken from.
struct TransformerNotes {
  /// The number of attention heads by the path of the layer.
  let heads: [String: Int]
  /// The tokens that features are taken from; nil without a ``VisionTransformer``.
  let pooling: VisionTransformer.Pooling?

  private static let keys = (heads: "loupe.heads", pooling: "loupe.pooling")

  /// Finds the attention and the transformer in a graph.
  init(_ graph: Graph) {
    let layers = graph.nodes.compactMap { node in
      (node.operation as? Attention).map { (node.path, $0.form.heads) }
    }
    heads = Dictionary(layers) { first, _ in first }
    pooling = graph.annotations.lazy.compactMap { $0 as? VisionTransformer.Pooling }.last
  }

  /// Reads the notes in a file's metadata; a file without them states nothing.
  init(_ metadata: [String: String]) {
    let text = Data((metadata[Self.keys.heads] ?? "").utf8)
    heads = (try? JSONDecoder().decode([String: Int].self, from: text)) ?? [:]
    pooling = metadata[Self.keys.pooling].flatMap(VisionTransformer.Pooling.init(rawValue:))
  }

  /// The metadata to write; empty without attention.
  var metadata: [String: String] {
    get throws {
      var metadata: [String: String] = [:]
      if !heads.isEmpty {
        metadata[Self.keys.heads] = String(decoding: try JSONEncoder.stable.encode(heads), as: UTF8.self)
      }
      metadata[Self.keys.pooling] = pooling?.rawValue
      return metadata
    }
  }

  /// Returns, in words, the layers that have another number of heads than a file states.
  ///
  /// - Parameters:
  ///   - stated: The notes of the file.
  ///   - layer: The path of the layer within which they are.
  ///   - prefix: The prefix of the names in the file.
  func otherHeads(
    than stated: TransformerNotes, within layer: String = "", prefix: PrefixMap = ""
  ) -> [String] {
    let start = layer.isEmpty ? "" : layer + "."
    return heads.inKeyOrder.compactMap { path, count in
      guard path.hasPrefix(start) else { return nil }
      let name = String(prefix.name(of: path.dropFirst(start.count) + ".").dropLast())
      return stated.heads[name].flatMap { $0 == count ? nil : "\(name) has \($0) and not \(count)" }
    }
  }
}

extension VisionTransformer.Pooling {
  /// The tokens in words, to follow "the features are".
  var words: String {
    switch self {
    case .classToken: "those of the class token"
    case .mean: "the mean of the patches' tokens"
    }
  }
}
