import Foundation

/// A zip archive of files, as `torch.save` writes it.
///
/// The list of files at its end is checked against the size of the archive; the files' bytes are left on
/// disk.
struct ZipArchive {
  /// A file of the archive.
  struct Entry {
    /// Its offset and size in bytes.
    let place: Range<Int>
    /// The CRC-32 of its bytes; 0 if it was written without.
    let checksum: UInt32
    /// Whether its bytes are stored as they are.
    let isStored: Bool
  }

  /// The files by name.
  let entries: [String: Entry]

  /// The limit on the list of files, in bytes: far more than any network needs.
  private static let longestList = 1 << 28
  /// The comment at the end of an archive has at most 65,535 bytes, the record before it 22.
  private static let longestEnd = 65_557

  /// Returns whether a file begins like a zip archive.
  static func begins(_ file: OpenFile) throws(WeightsError) -> Bool {
    try file.bytes(at: 0, count: min(4, file.size)) == Data("PK\u{3}\u{4}".utf8)
  }

  /// Reads the list of files.
  ///
  /// - Throws: `WeightsError` if the file cannot be read, or is no zip archive.
  init(_ file: OpenFile) throws(WeightsError) {
    func fault(_ fault: CheckpointFault) -> WeightsError { .badCheckpoint(file: file.path, fault) }
    let tail = max(0, file.size - ZipArchive.longestEnd)
    let end = try file.reader(at: tail, count: file.size - tail)
    guard var (count, list) = ZipArchive.listing(end, from: tail) else { throw fault(.badArchive) }
    if let record = list.record64 {
      guard record >= 0, record <= file.size - 56 else { throw fault(.badArchive) }
      guard let large = ZipArchive.largeListing(try file.reader(at: record, count: 56)) else {
        throw fault(.badArchive)
      }
      (count, list) = large
    }
    guard count >= 0, list.start >= 0, list.size >= 0, list.size <= ZipArchive.longestList,
      list.start <= file.size, list.size <= file.size - list.start
    else { throw fault(.badArchive) }
    let records = try file.reader(at: list.start, count: list.size)
    var entries: [String: Entry] = [:]
    var place = 0
    for _ in 0..<count {
      guard let record = ZipRecord(records, at: place) else { throw fault(.badArchive) }
      place += record.length
      if record.name.hasSuffix("/") { continue }
      guard record.header <= file.size - 30 else { throw fault(.badArchive) }
      let header = try file.reader(at: record.header, count: 30)
      guard header.uint32(at: 0) == 0x0403_4B50, let name = header.uint16(at: 26),
        let extra = header.uint16(at: 28)
      else { throw fault(.badArchive) }
      let start = record.header + 30 + name + extra
      guard start <= file.size, record.size <= file.size - start else { throw fault(.badArchive) }
      let entry = Entry(
        place: start..<(start + record.size), checksum: record.checksum, isStored: record.isStored)
      guard entries.updateValue(entry, forKey: record.name) == nil else { throw fault(.badArchive) }
    }
    self.entries = entries
  }

  // The place of the list of files, or of the record that has it in 64 bits.
  private typealias List = (start: Int, size: Int, record64: Int?)

  // Returns the number of files and where they are listed, by the last record of the archive.
  private static func listing(_ end: ByteReader, from tail: Int) -> (count: Int, list: List)? {
    guard end.count >= 22,
      let place = (0...(end.count - 22)).reversed().first(where: { end.uint32(at: $0) == 0x0605_4B50 }),
      let count = end.uint16(at: place + 10), let size = end.uint32(at: place + 12),
      let start = end.uint32(at: place + 16)
    else { return nil }
    let isLarge = end.uint32(at: place - 20) == 0x0706_4B50
    return (count, (start, size, isLarge ? end.int64(at: place - 12) ?? -1 : nil))
  }

  private static func largeListing(_ record: ByteReader) -> (count: Int, list: List)? {
    guard record.uint32(at: 0) == 0x0606_4B50, let count = record.int64(at: 32),
      let size = record.int64(at: 40),
      let start = record.int64(at: 48)
    else { return nil }
    return (count, (start, size, nil))
  }
}

/// A file's record in the list of a zip archive.
private struct ZipRecord {
  let name: String
  let isStored: Bool
  let checksum: UInt32
  /// The size in bytes, as it is in the archive.
  let size: Int
  /// The offset of the file's own header.
  let header: Int
  /// The length of this record in bytes.
  let length: Int

  /// Reads a record; nil if it is damaged.
  init?(_ list: ByteReader, at place: Int) {
    guard list.uint32(at: place) == 0x0201_4B50, let method = list.uint16(at: place + 10),
      let checksum = list.uint32(at: place + 16), let packed = list.uint32(at: place + 20),
      let size = list.uint32(at: place + 24), let name = list.uint16(at: place + 28),
      let extra = list.uint16(at: place + 30), let comment = list.uint16(at: place + 32),
      let header = list.uint32(at: place + 42), let text = list.part(at: place + 46, count: name)
    else { return nil }
    // Numbers that do not fit in 32 bits are in a field of their own, in this order.
    var numbers = [size, packed, header]
    var field = place + 46 + name
    let fields = field + extra
    while field + 4 <= fields, let kind = list.uint16(at: field), let width = list.uint16(at: field + 2) {
      var next = field + 4
      field = next + width
      if kind != 1 { continue }
      for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
        guard next + 8 <= field, let large = list.int64(at: next) else { return nil }
        numbers[index] = large
        next += 8
      }
    }
    guard numbers.allSatisfy({ $0 >= 0 }) else { return nil }
    self.name = String(decoding: text, as: UTF8.self)
    isStored = method == 0 && numbers[0] == numbers[1]
    self.checksum = UInt32(checksum)
    self.size = numbers[1]
    self.header = numbers[2]
    length = 46 + name + extra + comment
  }
}

extension OpenFile {
  /// Returns a reader of little-endian numbers in a part of the file.
  fileprivate func reader(at place: Int, count: Int) throws(WeightsError) -> ByteReader {
    var reader = try numbers(at: place, count: count, filledWith: UInt8(0)) { ByteReader($0[...]) }
    reader.isLittleEndian = true
    return reader
  }
}
