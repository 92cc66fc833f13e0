import Foundation

/// The header of a safetensors file: the tensors and their offsets, checked against the file's size.
struct SafeTensorsHeader {
  /// A tensor's type, shape and offsets.
  struct Entry {
    let name: String
    /// The name of the type, which may be unsupported.
    let type: String
    let shape: [Int]
    let offsets: Range<Int>
  }

  /// The format's limit on the length of the header, in bytes.
  private static let limit = 100_000_000
  /// The limit on names and values, which take memory; far more than any network has.
  private static let mostParts = 1_000_000

  /// The tensors in the order of their offsets.
  let entries: [Entry]
  /// The metadata.
  let metadata: [String: String]
  /// The offset of the values.
  let dataStart: Int

  /// Reads and checks the header of a file.
  init(of open: OpenFile) throws(WeightsError) {
    let file = open.path
    guard open.size >= 8 else { throw .tooShort(file: file, bytes: open.size) }
    let length = try open.bytes(at: 0, count: 8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    let limit = min(SafeTensorsHeader.limit, open.size - 8)
    guard length <= limit else {
      if let format = try ForeignFormat(of: open) { throw .otherFormat(file: file, format) }
      throw .headerTooLong(file: file, bytes: length, limit: limit)
    }
    dataStart = 8 + Int(length)

    let text = try open.bytes(at: 8, count: Int(length))
    guard SafeTensorsHeader.parts(of: text) <= SafeTensorsHeader.mostParts else {
      throw .tooManyParts(file: file, limit: SafeTensorsHeader.mostParts)
    }
    guard let json = try? JSONDecoder().decode(SafeTensorsJSON.self, from: text) else {
      throw .headerNotJSON(file: file)
    }
    guard let metadata = json.metadata else { throw .badMetadata(file: file) }
    self.metadata = metadata

    let available = open.size - dataStart
    var entries: [Entry] = []
    for (name, entry) in json.entries.inKeyOrder {
      entries.append(try Entry(name: name, entry, available: available, file: file))
    }
    entries.sort { a, b in
      (a.offsets.lowerBound, a.offsets.upperBound) < (b.offsets.lowerBound, b.offsets.upperBound)
    }
    try SafeTensorsHeader.checkCover(entries, available: available, file: file)
    self.entries = entries
  }

  /// Checks that the tensors, in the order of their offsets, cover all bytes without overlap.
  ///
  /// - Throws: `WeightsError`.
  private static func checkCover(_ entries: [Entry], available: Int, file: String) throws(WeightsError) {
    var end = 0
    var previous = ""
    for entry in entries {
      let start = entry.offsets.lowerBound
      guard start >= end else { throw .overlap(file: file, tensor: entry.name, other: previous) }
      guard start == end else { throw .gap(file: file, before: entry.name, bytes: start - end) }
      end = entry.offsets.upperBound
      previous = entry.name
    }
    guard end == available else { throw .gap(file: file, before: nil, bytes: available - end) }
  }

  /// Returns the number of names and values in a JSON text, plus or minus one.
  private static func parts(of text: Data) -> Int {
    var (count, isInString, isEscaped) = (1, false, false)
    for byte in text {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = isInString
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: ","), UInt8(ascii: ":"): if !isInString { count += 1 }
      default: break
      }
    }
    return count
  }

  /// Returns the bytes before the values: the length of the header and the header, padded to a multiple of 8.
  static func encoded(_ entries: [Entry], metadata: [String: String], file: String) throws -> Data {
    let described = entries.map {
      let offsets = [$0.offsets.lowerBound, $0.offsets.upperBound]
      return ($0.name, SafeTensorsJSON.Entry(type: $0.type, shape: $0.shape, offsets: offsets))
    }
    let json = SafeTensorsJSON(entries: Dictionary(uniqueKeysWithValues: described), metadata: metadata)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var text = try encoder.encode(json)
    text.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: -text.count & 7))
    guard text.count <= limit else {
      throw WeightsError.headerTooLong(file: file, bytes: UInt64(text.count), limit: limit)
    }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return Data(length) + text
  }
}

extension SafeTensorsHeader.Entry {
  /// Checks an entry of the header by itself.
  fileprivate init(
    name: String, _ json: SafeTensorsJSON.Entry, available: Int, file: String
  ) throws(WeightsError) {
    guard let type = json.type else { throw .badEntry(file: file, tensor: name, part: "dtype") }
    // The size of an unsupported type does not matter.
    let width = StoredType(rawValue: type)?.size
    guard let shape = json.shape else { throw .badEntry(file: file, tensor: name, part: "shape") }
    guard let size = StoredType.bytes(of: shape, each: width ?? 1) else {
      throw .badShape(file: file, tensor: name, shape: shape)
    }
    guard let offsets = json.offsets else {
      throw .badEntry(file: file, tensor: name, part: "data_offsets")
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1] else {
      throw .badOffsets(file: file, tensor: name, offsets: offsets)
    }
    let span = offsets[1] - offsets[0]
    guard span == size || width == nil else {
      throw .wrongSize(file: file, tensor: name, shape: shape, expected: size, found: span)
    }
    guard offsets[1] <= available else {
      throw .truncated(file: file, tensor: name, end: offsets[1], available: available)
    }
    self.init(name: name, type: type, shape: shape, offsets: offsets[0]..<offsets[1])
  }
}
