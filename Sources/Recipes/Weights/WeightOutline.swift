/// The metadata and the tensor shapes of a weight file.
///
/// Opening one reads the description of the file alone.
public struct WeightOutline: Sendable {
  /// The metadata; empty for formats without it.
  public let metadata: [String: String]
  private let shapes: [String: [Int]]
  private let notes: TransformerNotes
  private let prefix: PrefixMap?

  /// Reads the description of a file.
  ///
  /// - Parameters:
  ///   - path: The path of a weight file of any format that ``Pretrained`` reads.
  ///   - prefix: The prefix of the names in the file; by default any.
  /// - Throws: ``WeightsError`` if the file cannot be read or has another format.
  public init(of path: String, prefix: PrefixMap? = nil) throws(WeightsError) {
    let file = try WeightFile.open(path, comparingChecksums: false)
    metadata = file.metadata
    shapes = Dictionary(file.names.compactMap { name in file.shape(of: name).map { (name, $0) } }) { $1 }
    notes = TransformerNotes(metadata)
    self.prefix = prefix
  }

  /// Returns the shape of a network's tensor in PyTorch's layout; nil if there is none, or tensors under
  /// several prefixes differ.
  ///
  /// - Parameter path: The path in the network, such as `layer1.0.conv1.weight`.
  public func shape(of path: String) -> [Int]? { value(of: path, in: shapes) }

  /// Returns the number of attention heads of a network's layer; nil if the file does not state it.
  func heads(of path: String) -> Int? { value(of: path, in: notes.heads) }

  /// The tokens that a ``VisionTransformer``'s features were taken from; nil if the file does not state it.
  var pooling: VisionTransformer.Pooling? { notes.pooling }

  private func value<Value: Hashable>(of path: String, in values: [String: Value]) -> Value? {
    if let value = values[prefix?.name(of: path) ?? path] { return value }
    guard prefix == nil else { return nil }
    let found = Set(values.filter { $0.key.hasSuffix("." + path) }.values)
    return found.count == 1 ? found.first : nil
  }
}
