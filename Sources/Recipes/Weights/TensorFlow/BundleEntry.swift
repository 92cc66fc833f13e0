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
  init?(_ message: ByteReader) {
    var (type, shard, offset, size, checksum, isPartitioned) = (0, 0, 0, 0, 0, false)
    var shape: [Int] = []
    guard let fields = message.messageFields else { return nil }
    for field in fields {
      switch (field.number, field.value) {
      case (1, .integer(let number)): type = number
      case (2, .bytes(let message)):
        guard let axes = BundleEntry.shape(message) else { return nil }
        shape = axes
      case (3, .integer(let number)): shard = number
      case (4, .integer(let number)): offset = number
      case (5, .integer(let number)): size = number
      case (6, .integer(let number)): checksum = number
      case (7, _): isPartitioned = true
      default: break
      }
    }
    guard shard >= 0, offset >= 0, size >= 0, shape.count <= BundleEntry.mostAxes else { return nil }
    (self.type, self.shape, self.shard, self.offset, self.size) = (type, shape, shard, offset, size)
    (self.checksum, self.isPartitioned) = (checksum, isPartitioned)
  }

  private static func shape(_ message: ByteReader) -> [Int]? {
    var shape: [Int] = []
    for field in message.messageFields ?? [] {
      guard field.number == 2, case .bytes(let axis) = field.value else { continue }
      guard let fields = axis.messageFields else { return nil }
      var extent = 0
      for case (1, .integer(let number)) in fields.map({ ($0.number, $0.value) }) { extent = number }
      if extent < 0 { return nil }
      shape.append(extent)
    }
    return shape
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
  var isConsistent: Bool {
    guard let storedType else { return true }
    var count = storedType.size
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      if overflows { return false }
      count = product
    }
    return count == size
  }
}
