import Foundation

/// Named tensors and a few strings about them, as a safetensors file holds them
/// (https://github.com/huggingface/safetensors): the length of the header, the header as JSON, the numbers.
public struct SafeTensors: Sendable, Equatable {
  /// The tensors, in the order of their names.
  public let tensors: [NamedTensor]
  /// What the writer noted about them.
  public let metadata: [String: String]

  private let file: String
  private let indices: [String: Int]

  /// The tensor of that name, or `nil` if the file has none.
  public subscript(name: String) -> NamedTensor? { indices[name].map { tensors[$0] } }

  /// The tensor of that name.
  ///
  /// Throws ``WeightsError`` if the file has none.
  public func tensor(named name: String) throws(WeightsError) -> NamedTensor {
    guard let tensor = self[name] else { throw .missing(file: file, tensor: name) }
    return tensor
  }

  /// Reads a file.
  ///
  /// Throws ``WeightsError`` if the file cannot be read or if anything in it contradicts the format; no
  /// content can crash the process.
  public static func read(_ url: URL) throws(WeightsError) -> SafeTensors {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      throw .unreadable(file: url.path, reason: FileError.reason(of: error))
    }
    let header = try SafeTensorsHeader(of: data, file: url.path)
    var tensors: [NamedTensor] = []
    for entry in header.entries {
      let start = header.dataStart + entry.offsets.lowerBound
      let bytes = data[start..<start + entry.offsets.count]
      tensors.append(NamedTensor(entry.name, shape: entry.shape, entry.type.values(of: bytes)))
    }
    tensors.sort { $0.name < $1.name }
    return SafeTensors(
      tensors: tensors, metadata: header.metadata, file: url.path,
      indices: Dictionary(uniqueKeysWithValues: zip(tensors.map(\.name), tensors.indices)))
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
    var numbers = Data()
    var entries: [SafeTensorsHeader.Entry] = []
    for (tensor, type) in stored {
      let start = numbers.count
      numbers.append(SafeTensorsType.bytes(of: tensor.values))
      entries.append(
        .init(name: tensor.name, type: type, shape: tensor.shape, offsets: start..<numbers.count))
    }
    let header = try SafeTensorsHeader.encoded(entries, metadata: metadata)
    try AtomicFile.write(header + numbers, to: url)
  }
}
