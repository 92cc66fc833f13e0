import Foundation

/// A checkpoint as `torch.save` writes it since PyTorch 1.6: a zip archive of a pickle, which describes the
/// tensors, and of their storages.
///
/// Opening it reads the pickle, without running anything in it, and checks every storage against its
/// checksum. A tensor's values are read on demand. Dictionaries in dictionaries, such as the weights under
/// `state_dict`, have their names joined by periods.
struct TorchCheckpoint: WeightArchive {
  let metadata: [String: String] = [:]
  let isIntact: Bool? = nil

  private let file: OpenFile
  private let storages: [String: Range<Int>]
  private let tensors: [String: TorchTensor]

  /// The limit on the pickle, in bytes; that of a network with ten thousand tensors has two million.
  private static let longestPickle = 1 << 28

  var path: String { file.path }

  var names: [String] { tensors.keys.sorted() }

  var fingerprint: String {
    get throws(WeightsError) { try file.hash(beginningWith: Data()) }
  }

  var isInPlace: Bool { file.isInPlace }

  /// Reads the description of the tensors in an open file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - comparesChecksums: Whether the tensors are read to compare their checksums.
  /// - Throws: `WeightsError` if it is no checkpoint, is damaged, or describes no tensors.
  init(_ file: OpenFile, comparingChecksums comparesChecksums: Bool = true) throws(WeightsError) {
    func fault(_ fault: CheckpointFault) -> WeightsError { .badCheckpoint(file: file.path, fault) }
    let archive = try ZipArchive(file)
    let pickles = archive.entries.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    guard let pickle = pickles.min(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }),
      let place = archive.entries[pickle]?.place
    else { throw fault(.noPickle) }
    let folder = pickle.dropLast("data.pkl".utf8.count)
    if archive.entries["\(folder)constants.pkl"] != nil { throw fault(.program) }
    try archive.check(pickle, in: file)
    if let order = archive.entries["\(folder)byteorder"]?.place, order.count <= 16 {
      try archive.check("\(folder)byteorder", in: file)
      let text = String(decoding: try file.bytes(at: order.lowerBound, count: order.count), as: UTF8.self)
      if text != "little" { throw fault(.byteOrder(text)) }
    }
    guard place.count <= TorchCheckpoint.longestPickle else {
      throw fault(
        .badPickle(problem: "has more bytes than weights need", byte: TorchCheckpoint.longestPickle))
    }
    let bytes = try file.numbers(at: place.lowerBound, count: place.count, filledWith: UInt8(0)) { $0 }
    let tensors: [String: TorchTensor]
    do throws(CheckpointFault) {
      tensors = try PickledTensors(in: bytes).byName
    } catch {
      throw fault(error)
    }

    var storages: [String: Range<Int>] = [:]
    for (name, tensor) in tensors.inKeyOrder {
      guard let storage = tensor.storage else { continue }
      let entry = "\(folder)data/\(storage.key)"
      guard let place = archive.entries[entry]?.place else {
        throw fault(.badTensor(tensor: name, problem: "names the storage \(entry), which is not in the file"))
      }
      let isKnown = storages.updateValue(place, forKey: storage.key) != nil
      if comparesChecksums, !isKnown { try archive.check(entry, in: file) }
      if let problem = tensor.problem(storageBytes: place.count) {
        throw fault(.badTensor(tensor: name, problem: problem))
      }
    }
    self.file = file
    self.storages = storages
    self.tensors = tensors
  }

  func shape(of name: String) -> [Int]? { tensors[name]?.shape }

  func isOfNumbers(_ name: String) -> Bool { tensors[name]?.storedType != nil }

  subscript(name: String) -> NamedTensor? {
    get throws(WeightsError) {
      guard let tensor = tensors[name] else { return nil }
      guard let type = tensor.storedType, let place = tensor.storage.flatMap({ storages[$0.key] }) else {
        throw .unsupportedType(file: path, tensor: name, type: tensor.type)
      }
      // The part of the storage from the first to the last value.
      let start = place.lowerBound + tensor.offset * type.size
      let part = try type.values(in: file, at: start, bytes: tensor.span * type.size)
      return NamedTensor(name, shape: tensor.shape, tensor.isContiguous ? part : tensor.gathered(from: part))
    }
  }
}

extension ZipArchive {
  /// Compares a file of the archive with its checksum.
  ///
  /// - Throws: `WeightsError` if it does not match, is compressed, or cannot be read.
  fileprivate func check(_ name: String, in file: OpenFile) throws(WeightsError) {
    guard let entry = entries[name] else { return }
    guard entry.isStored else { throw .badCheckpoint(file: file.path, .compressed(entry: name)) }
    if entry.checksum == 0 { return }
    if try file.checksum(of: entry.place, .iso3309) != entry.checksum {
      throw .badCheckpoint(file: file.path, .checksum(entry: name))
    }
  }
}
