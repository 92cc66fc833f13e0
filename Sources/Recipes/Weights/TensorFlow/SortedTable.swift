/// A table of sorted keys and values as LevelDB writes it, and TensorFlow the index of a checkpoint.
///
/// Blocks hold the entries, with the beginnings that keys share left out, and one more block the places of
/// those; every block is compared with its checksum.
struct SortedTable {
  /// The keys in order, and their values.
  let entries: [(key: String, value: ByteReader)]

  private static let footerBytes = 48
  private static let magic = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB] as [UInt8]
  /// The bytes after a block: its compression and checksum.
  private static let trailerBytes = 5

  /// Reads all entries.
  ///
  /// - Throws: `TensorFlowFault` if a block is compressed, is damaged or lies outside.
  init(_ bytes: [UInt8]) throws(TensorFlowFault) {
    guard bytes.count >= SortedTable.footerBytes, bytes.suffix(8) == SortedTable.magic[...] else {
      throw .badIndex(problem: "does not end as one")
    }
    var table = ByteReader(bytes[...])
    table.isLittleEndian = true
    var place = bytes.count - SortedTable.footerBytes
    // The places of a block about the table, which is empty, and of the list of blocks.
    guard let empty = SortedTable.block(in: table, at: &place),
      let list = SortedTable.block(in: table, at: &place)
    else { throw .badIndex(problem: "has no list of its blocks") }
    _ = try empty.get()
    var entries: [(key: String, value: ByteReader)] = []
    for (_, handle) in try SortedTable.entries(of: try list.get()) {
      var place = 0
      guard let block = SortedTable.block(in: table, at: &place, of: handle) else {
        throw .badIndex(problem: "has a block outside of the file")
      }
      entries += try SortedTable.entries(of: try block.get())
    }
    self.entries = entries
  }

  // Returns the contents of a block by its place and size; nil if these are missing or outside of the table.
  private static func block(
    in table: ByteReader, at place: inout Int, of handle: ByteReader? = nil
  ) -> Result<ByteReader, TensorFlowFault>? {
    let source = handle ?? table
    guard let start = source.varint(at: &place), let size = source.varint(at: &place), size >= 0,
      let contents = table.part(at: start, count: size),
      let trailer = table.reader(at: start + size, count: trailerBytes),
      let compression = trailer.uint8(at: 0), let checksum = trailer.uint32(at: 1)
    else { return nil }
    guard CRC32C.masked(contents + trailer.bytes.prefix(1)) == checksum else {
      return .failure(.badIndex(problem: "does not match its checksums"))
    }
    guard compression == 0 else { return .failure(.badIndex(problem: "is compressed")) }
    return .success(table.reader(contents))
  }

  private static func entries(
    of block: ByteReader
  ) throws(TensorFlowFault) -> [(key: String, value: ByteReader)] {
    let damage = TensorFlowFault.badIndex(problem: "has a block that contradicts itself")
    // At the end, the places of keys that are stored whole, and their number.
    guard let restarts = block.uint32(at: block.count - 4), restarts <= block.count / 4 else { throw damage }
    let end = block.count - 4 - 4 * restarts
    var entries: [(key: String, value: ByteReader)] = []
    var (key, place) = ([UInt8](), 0)
    while place < end {
      guard let shared = block.varint(at: &place), let others = block.varint(at: &place),
        let size = block.varint(at: &place), (0...key.count).contains(shared),
        let rest = block.part(at: place, count: others),
        let value = block.reader(at: place + others, count: size)
      else { throw damage }
      key = Array(key.prefix(shared) + rest)
      place += others + size
      entries.append((String(decoding: key, as: UTF8.self), value))
    }
    guard place == end else { throw damage }
    return entries
  }
}
