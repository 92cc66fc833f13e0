import Foundation

/// A safetensors file: named tensors and string metadata (https://github.com/huggingface/safetensors). It
/// consists of the length of the header, the header as JSON, and the values.
///
/// Opening a file reads its header; a tensor's values are read on demand. If the file is replaced, the
/// original one is still read; if it is modified or truncated, that is an error.
public struct SafeTensors: WeightArchive {
  /// The metadata.
  public let metadata: [String: String]

  private let file: OpenFile
  private let dataStart: Int
  private let entries: [String: SafeTensorsHeader.Entry]

  /// The path of the file.
  var path: String { file.path }

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Returns the shape of the tensor with that name, or nil if there is none.
  ///
  /// - Parameter name: The name of the tensor.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// Returns whether the file has a tensor with that name of a supported type.
  func isOfNumbers(_ name: String) -> Bool {
    entries[name].flatMap { StoredType(rawValue: $0.type) } != nil
  }

  /// Returns the tensor with that name, or nil if there is none. The values are read at each call.
  ///
  /// - Parameter name: The name of the tensor.
  /// - Throws: ``WeightsError`` if its type is unsupported, or the file has changed since it was opened.
  public subscript(name: String) -> NamedTensor? {
    get throws(WeightsError) {
      guard let entry = entries[name] else { return nil }
      guard let type = StoredType(rawValue: entry.type) else {
        throw .unsupportedType(file: file.path, tensor: name, type: entry.type)
      }
      let values = try type.values(
        in: file, at: dataStart + entry.offsets.lowerBound, bytes: entry.offsets.count)
      return NamedTensor(name, shape: entry.shape, values)
    }
  }

  /// Returns the tensor with that name.
  ///
  /// - Parameter name: The name of the tensor.
  /// - Throws: ``WeightsError`` if there is none, or it cannot be read.
  public func tensor(named name: String) throws(WeightsError) -> NamedTensor {
    guard let tensor = try self[name] else { throw .missing(file: file.path, tensor: name) }
    return tensor
  }

  /// Sixteen hexadecimal digits that depend on every byte of the file. A gigabyte takes a fraction of a
  /// second.
  var fingerprint: String {
    get throws(WeightsError) { try file.hash(beginningWith: Data()) }
  }

  /// Whether the file matches its checksum; nil for a file without a ``Seal``.
  var isIntact: Bool? {
    get throws(WeightsError) {
      guard let sum = metadata[Seal.key] else { return nil }
      guard let header = Seal.replacing(in: try file.bytes(at: 0, count: dataStart), by: Seal.blank) else {
        return false
      }
      return try file.hash(beginningWith: header) == sum
    }
  }

  /// Whether the path still leads to the same file, unmodified.
  var isInPlace: Bool { file.isInPlace }

  /// Opens a file.
  ///
  /// No content can crash the process.
  ///
  /// - Parameter url: The file.
  /// - Throws: ``WeightsError`` if the file cannot be read or violates the format.
  public static func read(_ url: URL) throws(WeightsError) -> SafeTensors {
    try SafeTensors(OpenFile(url.path))
  }

  /// Reads the header of an open file.
  init(_ file: OpenFile) throws(WeightsError) {
    let header = try SafeTensorsHeader(of: file)
    metadata = header.metadata
    self.file = file
    dataStart = header.dataStart
    entries = Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) })
  }

  /// Writes a file atomically. The same content gives the same bytes, in any order of `tensors`.
  ///
  /// Wider types are stored first, so that every value is aligned to its size, which other readers require.
  ///
  /// - Parameters:
  ///   - tensors: The tensors, with distinct names.
  ///   - metadata: Texts to write with the tensors, by name.
  ///   - url: The file.
  /// - Throws: ``WeightsError`` if a name is duplicated, ``FileError`` if the file cannot be written.
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to url: URL
  ) throws {
    try write(tensors, metadata: metadata, isSealed: false, to: url)
  }

  /// Writes a file, optionally with a ``Seal``.
  static func write(
    _ tensors: [NamedTensor], metadata: [String: String], isSealed: Bool, to url: URL
  ) throws {
    var names: Set = [SafeTensorsJSON.metadataKey]
    for tensor in tensors where !names.insert(tensor.name).inserted {
      throw WeightsError.badName(file: url.path, tensor: tensor.name)
    }
    let stored = tensors.map { (tensor: $0, type: StoredType(of: $0.values)) }
      .sorted { ($1.type.size, $0.tensor.name) < ($0.type.size, $1.tensor.name) }
    var end = 0
    var entries: [SafeTensorsHeader.Entry] = []
    for (tensor, type) in stored {
      let start = end
      end += tensor.values.count * type.size
      entries.append(.init(name: tensor.name, type: type.rawValue, shape: tensor.shape, offsets: start..<end))
    }
    let blank = isSealed ? [Seal.key: Seal.blank] : [:]
    var header = try SafeTensorsHeader.encoded(
      entries, metadata: metadata.merging(blank) { $1 }, file: url.path)
    if isSealed {
      var hash = StreamHash()
      header.withUnsafeBytes { hash.combine($0) }
      for (tensor, _) in stored { StoredType.withBytes(of: tensor.values) { hash.combine($0) } }
      guard let sealed = Seal.replacing(in: header, by: hash.text) else {
        fatalError("The header of \(url.path) has no place for its checksum.")
      }
      header = sealed
    }
    try AtomicFile.write(to: url, bytes: header.count + end) { file in
      try header.withUnsafeBytes(file.write)
      for (tensor, _) in stored { try StoredType.withBytes(of: tensor.values, file.write) }
    }
  }
}
