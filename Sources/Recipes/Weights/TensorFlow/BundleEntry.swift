/// A tensor in the index of a checkpoint of TensorFlow: its type, shape and place
/// (`BundleEntryProto` in tensor_bundle.proto).
struct BundleEntry {
  /// The number of its type in types.proto.
  let type: Int
  let shape: [Int]
  /// The number of the data file.
  let shard: Int
  /// Its offset in the data file, in bytes.
  let offset: Int
  /// Its size in bytes.
  let size: Int
  /// The masked CRC-32C of its bytes.
  let checksum: Int
  /// Whether it is stored in parts under other keys.
  let isPartitioned: Bool

  /// The limit on the axes of a tensor, as in TensorFlow.
  private static let mostAxes = 254

  /// Decodes an entry; nil if it is damaged.
  init?(_ bytes: ByteReader) {
    guard let message = Message(bytes), let shape = BundleEntry.shape(message) else { return nil }
    self.shape = shape
    type = message.integer(1) ?? 0
    shard = message.integer(3) ?? 0
    offset = message.integer(4) ?? 0
    size = message.integer(5) ?? 0
    checksum = message.integer(6) ?? 0
    isPartitioned = !message.bytes(7).isEmpty
    guard shard >= 0, offset >= 0, size >= 0, shape.allSatisfy({ $0 >= 0 }),
      shape.count <= BundleEntry.mostAxes
    else { return nil }
  }

  private static func shape(_ entry: Message) -> [Int]? {
    guard let shapes = entry.messages(2) else { return nil }
    guard let shape = shapes.last else { return [] }
    return shape.messages(2)?.map { $0.integer(1) ?? 0 }
  }

  /// The type of the values; nil for one that is not read.
  var storedType: StoredType? {
    switch type {
    case 1: .float32
    case 2: .float64
    case 3: .int32
    case 9: .int64
    case 14: .bfloat16
    case 19: .float16
    default: nil
    }
  }

  /// Whether the size is that of the shape.
  var isConsistent: Bool { storedType.map { StoredType.bytes(of: shape, each: $0.size) == size } ?? true }
}
