import Foundation

/// A checkpoint of google-research/simclr as TensorFlow writes it: an index of tensors, and data files.
///
/// It is read from a checkpoint of TensorFlow 1, by names, and from a checkpoint or a SavedModel of
/// TensorFlow 2, by the objects in it. The encoder's tensors have torchvision's names after `base_model.` or
/// `resnet_model.`, and PyTorch's layouts; all others have their keys. Opening it compares the encoder's
/// tensors with their checksums; values are read on demand.
struct TensorFlowCheckpoint: WeightArchive {
  let path: String
  let metadata: [String: String] = TensorFlowCheckpoint.metadata
  let isIntact: Bool? = nil
  let fingerprint: String

  private let index: OpenFile
  private let shards: [OpenFile]
  private let entries: [String: BundleEntry]
  /// The keys by the names of this archive.
  private let keys: [String: String]

  /// The metadata of every checkpoint of SimCLR, whose images are left in 0 to 1.
  static let metadata: [String: String] = Normalization.identity.metadata.merging(SamePadding.metadata) { $1 }

  private static let longestIndex = 1 << 28
  private static let graphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"

  /// Returns the path of the index that a path leads to: itself, that of a data file, of a checkpoint
  /// without a suffix, as TensorFlow takes it, or of the folder of a SavedModel; nil for other files.
  static func index(of path: String) -> String? {
    if path.hasSuffix(".index") { return path }
    if FileStatus(of: path)?.isFile == true, !path.contains(".data-") { return nil }
    if let data = path.firstMatch(of: #/\.data-[0-9]{5}-of-[0-9]{5}$/#) {
      return path[..<data.range.lowerBound] + ".index"
    }
    return ["\(path).index", "\(path)/variables/variables.index"].first {
      FileStatus(of: $0)?.isFile == true
    }
  }

  /// Reads the index.
  ///
  /// - Parameters:
  ///   - index: The open index.
  ///   - comparesChecksums: Whether the encoder's tensors are read to compare their checksums.
  /// - Throws: `WeightsError` if it cannot be read, is damaged or of another network, or a data file does not
  ///   match it.
  init(_ index: OpenFile, comparingChecksums comparesChecksums: Bool = true) throws(WeightsError) {
    func refusal(_ fault: TensorFlowFault) -> WeightsError { .badTensorFlow(file: index.path, fault) }
    guard index.size <= TensorFlowCheckpoint.longestIndex else {
      throw refusal(.badIndex(problem: "has more bytes than weights need"))
    }
    let bytes = try index.numbers(at: 0, count: index.size, filledWith: UInt8(0)) { $0 }
    var (entries, shardCount) = ([String: BundleEntry](), 0)
    do throws(TensorFlowFault) {
      for (key, value) in try SortedTable(bytes).entries {
        if key.isEmpty {
          shardCount = try TensorFlowCheckpoint.shardCount(value)
        } else {
          guard let entry = BundleEntry(value), entry.isConsistent, entry.shard < shardCount else {
            throw .badIndex(problem: "describes the tensor \(key) in a way that contradicts itself")
          }
          entries[key] = entry
        }
      }
    } catch {
      throw refusal(error)
    }
    let prefix = String(index.path.dropLast(".index".count))
    var shards: [OpenFile] = []
    for shard in 0..<shardCount {
      shards.append(try OpenFile(TensorFlowCheckpoint.dataFile(prefix, shard, of: shardCount)))
    }
    (path, self.index, self.shards, self.entries) = (index.path, index, shards, entries)
    // The index has a checksum of every tensor, so that its own hash stands for all.
    fingerprint = try index.hash(beginningWith: Data())

    var layers = SimCLRLayers(keys: Set(entries.keys))
    if layers == nil, let graph = entries[TensorFlowCheckpoint.graphKey] {
      layers = try TensorFlowCheckpoint.objects(graph, in: shards[graph.shard], of: index.path)
    }
    do throws(TensorFlowFault) {
      guard let layers else { throw .otherNetwork(reason: "has no variables of an encoder") }
      var keys: [String: String] = [:]
      for (name, key) in try layers.names({ entries[$0]?.shape }) { keys["\(layers.scope).\(name)"] = key }
      let encoder = Set(keys.values)
      for key in entries.keys where !encoder.contains(key) { keys[key] = key }
      self.keys = keys
      for key in encoder.sorted() where entries[key]?.isPartitioned == true {
        throw .partitioned(tensor: key)
      }
    } catch {
      throw refusal(error)
    }
    guard comparesChecksums else { return }
    for (name, key) in keys.inKeyOrder where name != key { try check(key) }
  }

  /// The limit on data files, above any real number.
  private static let mostShards = 4096

  // Decodes the first entry, about the checkpoint as a whole.
  private static func shardCount(_ message: ByteReader) throws(TensorFlowFault) -> Int {
    let header = Message(message)
    if let order = header?.integer(2), order != 0 { throw .byteOrder }
    guard let count = header?.integer(1), (1...mostShards).contains(count) else {
      throw .badIndex(problem: "names no data files")
    }
    return count
  }

  private static func dataFile(_ prefix: String, _ shard: Int, of count: Int) -> String {
    func digits(_ number: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
    return "\(prefix).data-\(digits(shard))-of-\(digits(count))"
  }

  // Reads the graph of objects, a text of one element: its length, a checksum of that, and itself.
  private static func objects(
    _ entry: BundleEntry, in file: OpenFile, of index: String
  ) throws(WeightsError) -> SimCLRLayers? {
    let part = try place(of: entry, named: graphKey, in: file, of: index)
    let bytes = try file.numbers(at: part.lowerBound, count: part.count, filledWith: UInt8(0)) { $0 }
    let text = ByteReader(bytes[...])
    var place = 0
    guard let length = text.varint(at: &place), let message = text.reader(at: place + 4, count: length),
      let stored = text.part(at: place, count: 4), place + 4 + length == text.count,
      CRC32C.masked((0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + stored + message.bytes)
        == entry.checksum
    else { throw .badTensorFlow(file: index, .checksum(tensor: graphKey)) }
    return ObjectGraph(message).flatMap { SimCLRLayers($0) }
  }

  // Returns the bytes of a tensor in its data file, if they are inside.
  private static func place(
    of entry: BundleEntry, named key: String, in file: OpenFile, of index: String
  ) throws(WeightsError) -> Range<Int> {
    guard entry.offset <= file.size - entry.size else {
      throw .badTensorFlow(file: index, .outside(tensor: key, file: file.path))
    }
    return entry.offset..<entry.offset + entry.size
  }

  // Compares the values of a tensor with their checksum.
  private func check(_ key: String) throws(WeightsError) {
    guard let entry = entries[key] else { return }
    let file = shards[entry.shard]
    let part = try TensorFlowCheckpoint.place(of: entry, named: key, in: file, of: path)
    guard CRC32C.masked(try file.checksum(of: part, .castagnoli)) == entry.checksum else {
      throw .badTensorFlow(file: path, .checksum(tensor: key))
    }
  }

  var names: [String] { keys.keys.sorted() }

  var isInPlace: Bool { index.isInPlace && shards.allSatisfy(\.isInPlace) }

  func shape(of name: String) -> [Int]? {
    layout(of: name).map { $0.torchShape.dimensions } ?? keys[name].flatMap { entries[$0]?.shape }
  }

  func isOfNumbers(_ name: String) -> Bool {
    keys[name].flatMap { entries[$0] }.map { $0.storedType != nil && !$0.isPartitioned } ?? false
  }

  subscript(name: String) -> NamedTensor? {
    get throws(WeightsError) {
      guard let key = keys[name], let entry = entries[key] else { return nil }
      guard let type = entry.storedType, !entry.isPartitioned else {
        throw .unsupportedType(file: path, tensor: name, type: "TensorFlow's type number \(entry.type)")
      }
      let file = shards[entry.shard]
      let part = try TensorFlowCheckpoint.place(of: entry, named: key, in: file, of: path)
      let stored = NamedTensor(
        name, shape: entry.shape, try type.values(in: file, at: part.lowerBound, bytes: part.count))
      guard let layout = layout(of: name) else { return stored }
      return NamedTensor(name, shape: layout.torchShape.dimensions, layout.toTorch(stored.floats))
    }
  }

  // The layout of the encoder's kernels, which PyTorch has with the outputs first; nil for other tensors.
  private func layout(of name: String) -> TorchLayout? {
    guard let key = keys[name], key != name, let shape = entries[key]?.shape, shape.count == 4 else {
      return nil
    }
    return TorchLayout(transposing: Shape(shape))
  }
}
