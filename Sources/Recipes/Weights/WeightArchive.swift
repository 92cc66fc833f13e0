/// A file of named tensors, opened to read its tensors one at a time: ``SafeTensors``, or a checkpoint of
/// PyTorch or TensorFlow.
protocol WeightArchive: Sendable {
  /// The path of the file.
  var path: String { get }
  /// Text about the weights; empty for formats without it.
  var metadata: [String: String] { get }
  /// The names of the tensors, sorted.
  var names: [String] { get }
  /// Sixteen hexadecimal digits that depend on every byte of the file.
  var fingerprint: String { get throws(WeightsError) }
  /// Whether the file matches its checksum; nil for a file without one.
  var isIntact: Bool? { get throws(WeightsError) }
  /// Whether the path still leads to the same file, unmodified.
  var isInPlace: Bool { get }

  /// Returns the shape of the tensor with that name, or nil if there is none.
  func shape(of name: String) -> [Int]?
  /// Returns whether the file has a tensor with that name of a supported type.
  func isOfNumbers(_ name: String) -> Bool
  /// Returns the tensor with that name, or nil if there is none.
  ///
  /// - Throws: `WeightsError` if its type is unsupported, or the file has changed since it was opened.
  subscript(name: String) -> NamedTensor? { get throws(WeightsError) }
}

extension WeightArchive {
  /// Returns the tensor with that name.
  ///
  /// - Throws: `WeightsError` if there is none, or it cannot be read.
  func tensor(named name: String) throws(WeightsError) -> NamedTensor {
    guard let tensor = try self[name] else { throw .missing(file: path, tensor: name) }
    return tensor
  }
}

/// Opens weight files of any format that is read.
enum WeightFile {
  /// Opens a file, whose name or first bytes decide on its format.
  ///
  /// - Parameter comparesChecksums: Whether the tensors of a checkpoint are read to compare their checksums.
  /// - Throws: `WeightsError` if it cannot be read, is damaged or has another format.
  static func open(
    _ path: String, comparingChecksums comparesChecksums: Bool = true
  ) throws(WeightsError) -> any WeightArchive {
    if let index = TensorFlowCheckpoint.index(of: path) {
      return try TensorFlowCheckpoint(OpenFile(index), comparingChecksums: comparesChecksums)
    }
    let file = try OpenFile(path)
    let stored: any WeightArchive =
      try ZipArchive.begins(file)
      ? TorchCheckpoint(file, comparingChecksums: comparesChecksums) : SafeTensors(file)
    return DINOv2Weights(stored) ?? stored
  }
}
