import Foundation

/// Named tensors and a few strings about them, as a safetensors file holds them
/// (https://github.com/huggingface/safetensors): the length of the header, the header as JSON, the numbers.
///
/// The file is mapped into memory: reading it reads the header, and a tensor's numbers are read when it is asked
/// for. A file that another takes the place of meanwhile stays as it was; one must not be cut short.
public struct SafeTensors: Sendable {
  /// What the writer noted about the tensors.
  public let metadata: [String: String]

  private let file: String
  private let data: Data
  private let dataStart: Int
  private let entries: [String: SafeTensorsHeader.Entry]

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// The shape of the tensor of that name, or `nil` if the file has none.
  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The tensor of that name, read anew each time, or `nil` if the file has none.
  public subscript(name: String) -> NamedTensor? {
    entries[name].map { entry in
      let start = dataStart + entry.offsets.lowerBound
      let bytes = data[start..<start + entry.offsets.count]
      return NamedTensor(name, shape: entry.shape, entry.type.values(of: bytes))
    }
  }

  /// The tensor of that name.
  ///
  /// Throws ``WeightsError`` if the file has none.
  public func tensor(named name: String) throws(WeightsError) -> NamedTensor {
    guard let tensor = self[name] else { throw .missing(file: file, tensor: name) }
    return tensor
  }

  /// Sixteen digits that change when any byte of the file does. A gigabyte takes a fraction of a second.
  var fingerprint: String {
    var hash = ContentHash()
    hash.combine(data)
    return hash.text
  }

  /// Opens a file.
  ///
  /// Throws ``WeightsError`` if the file cannot be read or if anything in it contradicts the format; no
  /// content can crash the process.
  public static func read(_ url: URL) throws(WeightsError) -> SafeTensors {
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .alwaysMapped)
    } catch {
      throw .unreadable(file: url.path, reason: FileError.reason(of: error))
    }
    let header = try SafeTensorsHeader(of: data, file: url.path)
    return SafeTensors(
      metadata: header.metadata, file: url.path, data: data, dataStart: header.dataStart,
      entries: Dictionary(uniqueKeysWithValues: header.entries.map { ($0.name, $0) }))
  }

  /// Writes a file, whole or not at all; the same content gives the same bytes, whatever the order of
  /// `tensors`.
  ///
  /// Wider types are stored first, so that every number lies at a multiple of its size, which other readers
  /// rely on. Throws ``WeightsError`` if a name is used twice and ``FileError`` if the file cannot be
  /// written.
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to url: URL
  ) throws {
    var names: Set = [SafeTensorsJSON.metadataKey]
    for tensor in tensors where !names.insert(tensor.name).inserted {
      throw WeightsError.badName(file: url.path, tensor: tensor.name)
    }
    let stored = tensors.map { (tensor: $0, type: SafeTensorsType(of: $0.values)) }
      .sorted { ($1.type.size, $0.tensor.name) < ($0.type.size, $1.tensor.name) }
    var end = 0
    var entries: [SafeTensorsHeader.Entry] = []
    for (tensor, type) in stored {
      let start = end
      end += tensor.values.count * type.size
      entries.append(.init(name: tensor.name, type: type, shape: tensor.shape, offsets: start..<end))
    }
    let header = try SafeTensorsHeader.encoded(entries, metadata: metadata)
    try AtomicFile.write(to: url) { handle in
      try handle.write(contentsOf: header)
      for (tensor, _) in stored {
        try SafeTensorsType.withBytes(of: tensor.values) { try handle.write(contentsOf: $0) }
      }
    }
  }
}
